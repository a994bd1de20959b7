using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Pre-prepares and votes of views that are not active here yet, bounded for each sender, so that the first
/// votes of a view need not wait for the next resend.</summary>
internal sealed class EarlyMessages(int preparesMax)
{
    private readonly SortedDictionary<ReplicaId, List<(View View, Verified Message)>> _bySender = [];

    public void Keep(View view, Verified message)
    {
        if (!_bySender.TryGetValue(message.From, out List<(View View, Verified Message)>? kept))
        {
            _bySender.Add(message.From, kept = []);
        }

        if (message.Message is PrePrepare && kept.Count(k => k.Message.Message is PrePrepare) >= preparesMax)
        {
            return;
        }

        if (kept.Count >= ConsensusLimits.EarlyMessagesMax)
        {
            kept.RemoveAt(0);
        }

        kept.Add((view, message));
    }

    /// <summary>The messages of this view; those of lower views are dropped.</summary>
    public IReadOnlyList<Verified> Take(View view)
    {
        List<Verified> taken = [];
        foreach (List<(View View, Verified Message)> kept in _bySender.Values)
        {
            taken.AddRange(kept.Where(k => k.View == view).Select(k => k.Message));
            kept.RemoveAll(k => k.View <= view);
        }

        return taken;
    }
}
