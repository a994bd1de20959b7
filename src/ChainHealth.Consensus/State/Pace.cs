using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Lets an answer of one kind to one peer pass at most once in a time, so that a peer cannot make us shout.
/// </summary>
internal sealed class Pace(int intervalMs)
{
    private readonly Dictionary<ReplicaId, Instant> _last = [];

    public bool Allows(ReplicaId peer, Instant now)
    {
        if (_last.TryGetValue(peer, out Instant last) && now < last + TimeSpan.FromMilliseconds(intervalMs))
        {
            return false;
        }

        _last[peer] = now;
        return true;
    }
}
