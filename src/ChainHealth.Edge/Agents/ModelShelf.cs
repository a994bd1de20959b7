using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Global models that this institution has verified, as files under their content hash, and which one it has
/// adopted.</summary>
internal sealed class ModelShelf(string folder)
{
    private string AdoptedFile => Path.Combine(folder, "adopted.txt");

    /// <summary>The model in force in a run: derived from the plan's seed, from this shelf, or fetched from the chain
    /// and checked.</summary>
    /// <exception cref="InvalidDataException">What was fetched is no model of the plan's architecture.</exception>
    public Task<GlobalModel> GetAsync(IChainClient chain, RunState run, CancellationToken cancellation) =>
        GetAsync(chain, run.Plan, run.Model, cancellation);

    /// <summary>Any model of the plan's run, by its hash.</summary>
    /// <exception cref="InvalidDataException">What was fetched is no model of the plan's architecture.</exception>
    public async Task<GlobalModel> GetAsync(
        IChainClient chain, RunPlan plan, Digest hash, CancellationToken cancellation)
    {
        GlobalModel initial = GlobalModel.Initial(plan.Architecture, plan.Format, plan.InitialSeed);
        if (hash == initial.Hash)
        {
            return initial;
        }

        byte[] bytes = File.Exists(PathOf(hash))
            ? await File.ReadAllBytesAsync(PathOf(hash), cancellation)
            : await chain.GetModelAsync(hash, cancellation);
        GlobalModel? model = GlobalModel.TryDecode(bytes, plan.Architecture, out string? fault);
        if (model is null || model.Hash != hash)
        {
            File.Delete(PathOf(hash));
            throw new InvalidDataException($"model {hash.Short}: {fault ?? "content does not match its hash"}");
        }

        return model;
    }

    /// <summary>Writes the model and then the pointer to it, each as a whole.</summary>
    public void Adopt(GlobalModel model)
    {
        Directory.CreateDirectory(folder);
        WriteWhole(PathOf(model.Hash), model.Encode());
        WriteWhole(AdoptedFile, System.Text.Encoding.ASCII.GetBytes(model.Hash + "\n"));
    }

    /// <summary>Null before the first adoption.</summary>
    public Digest? Adopted() =>
        File.Exists(AdoptedFile) && Digest.TryParse(File.ReadAllText(AdoptedFile).Trim(), out Digest hash)
            ? hash : null;

    private static void WriteWhole(string path, byte[] content)
    {
        string temporary = path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private string PathOf(Digest model) => Path.Combine(folder, model + ".model");
}
