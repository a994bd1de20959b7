using System.Collections.Concurrent;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>At the provider, in rehearsals: the updates in the clear, from which the sum of a round without any check
/// is computed. Kept in memory for the newest round alone.</summary>
internal sealed class RehearsalUpdates
{
    private readonly ConcurrentDictionary<(RunId Run, int Round, MemberId Hospital), RehearsalUpdate> _updates = new();

    /// <exception cref="EdgeCallException">The run is no rehearsal, or the update does not belong into it.</exception>
    public void Take(MemberId hospital, RehearsalUpdate update, RunState? run)
    {
        string? fault = run is null || run.Ended ? $"there is no open run {update.Run}"
            : !run.Plan.Rehearsal ? $"run {update.Run} is no rehearsal: keep the update to yourself"
            : !run.Participants.Contains(hospital) ? $"{hospital} takes no part in run {update.Run}"
            : update.Round != run.Round ? $"round {update.Round} is not the current one, {run.Round}"
            : update.Update.Length != run.Plan.Architecture.ParameterCount
                ? $"{update.Update.Length} numbers, the model has {run.Plan.Architecture.ParameterCount}"
            : null;
        if (fault is not null)
        {
            throw new EdgeCallException(EdgeFault.Refused, fault);
        }

        foreach (var old in _updates.Keys.Where(k => k.Run != update.Run || k.Round != update.Round))
        {
            _updates.TryRemove(old, out _);
        }

        _updates[(update.Run, update.Round, hospital)] = update;
    }

    /// <summary>The model that the round would have had if every committed update had counted, by the weights of the
    /// real aggregation; null where an update is not here.</summary>
    public float[]? Unprotected(RunState run, RoundRecord record, GlobalModel before)
    {
        UpdateCommitment[] committed = [.. record.Outcomes.Select(o => o.Commitment).OfType<UpdateCommitment>()];
        RehearsalUpdate?[] updates =
            [.. committed.Select(c => _updates.GetValueOrDefault((run.Id, record.Number, c.Hospital)))];
        if (committed.Length == 0 || Array.Exists(updates, u => u is null))
        {
            return null;
        }

        var weights = AggregationWeights.Of(committed);
        var sum = new ulong[before.Weights.Length];
        for (int h = 0; h < committed.Length; h++)
        {
            ulong weight = (ulong)weights[committed[h].Hospital];
            for (int i = 0; i < sum.Length; i++)
            {
                sum[i] = unchecked(sum[i] + (weight * (ulong)updates[h]!.Update[i]));
            }
        }

        long[] model = SecureAggregation.Apply(before.Weights.AsSpan(), sum, weights.Values.Sum(w => (long)w));
        return ParameterVector.FromFixedPoint(run.Plan.Architecture, model, run.Plan.Format);
    }
}
