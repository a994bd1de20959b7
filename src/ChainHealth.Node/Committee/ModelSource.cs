using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The global model that a run stands on: derived from the plan's seed, from this validator's store, or fetched
/// from another validator and checked against its hash.</summary>
internal sealed class ModelSource(IModelStore store, IModelPeers peers)
{
    /// <exception cref="InvalidDataException">No validator that answers has the model.</exception>
    public async Task<GlobalModel> GetAsync(RunState run, CancellationToken cancellation)
    {
        if (TryGetLocal(run) is { } local)
        {
            return local;
        }

        byte[]? bytes = await peers.TryFetchAsync(run.Model, cancellation);
        GlobalModel? model = bytes is null ? null : GlobalModel.TryDecode(bytes, run.Plan.Architecture, out _);
        if (model is null || model.Hash != run.Model)
        {
            throw new InvalidDataException($"no validator that answers has model {run.Model.Short}");
        }

        store.Write(model.Hash, bytes);
        return model;
    }

    /// <summary>True where the model must be fetched before it can be used.</summary>
    public bool IsMissing(RunState run) => TryGetLocal(run) is null;

    private GlobalModel? TryGetLocal(RunState run)
    {
        if (store.TryRead(run.Model) is { } bytes)
        {
            return GlobalModel.TryDecode(bytes, run.Plan.Architecture, out _);
        }

        GlobalModel initial = GlobalModel.Initial(run.Plan.Architecture, run.Plan.Format, run.Plan.InitialSeed);
        if (initial.Hash != run.Model)
        {
            return null;
        }

        store.Write(initial.Hash, initial.Encode());
        return initial;
    }
}
