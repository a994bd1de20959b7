using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Dashboard.Chain;

/// <summary>A final model with the round that made it.</summary>
public sealed record ModelStory(RunState Run, RoundRecord Record, Digest Hash)
{
    /// <summary>Null where no final model has this hash. A model that later rounds kept belongs to the round that made
    /// it.</summary>
    public static ModelStory? Find(LedgerState state, string hash)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Digest.TryParse(hash, out Digest digest) ? state.Runs.Values
            .SelectMany(run => run.Records.Where(r => r.Model == digest).Select(r => new ModelStory(run, r, digest)))
            .OrderBy(s => s.Record.KeptOldModel).FirstOrDefault() : null;
    }

    /// <summary>This model and those before it, newest first.</summary>
    public IEnumerable<ModelStory> Lineage() => Run.Records.Reverse()
        .Where(r => r.Number <= Record.Number && r.Model is not null)
        .Select(r => new ModelStory(Run, r, r.Model!.Value));

    public static string Words(LayerSpec layer) => layer switch
    {
        ConvolutionLayer c => $"{c.OutChannels} filters {c.KernelHeight}×{c.KernelWidth}"
            + (c.Stride > 1 ? $" by {c.Stride}" : ""),
        DenseLayer d => $"dense {d.Inputs}→{d.Outputs}",
        ReluLayer => "ReLU",
        MaxPoolLayer p => $"maximum of {p.Size}×{p.Size}",
        AveragePoolLayer p => $"mean of {p.Size}×{p.Size}",
        _ => layer.GetType().Name,
    };
}
