using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>Which votes this replica has ever cast above its tip. Rule I6: never two different votes for one height,
/// view and phase, restarts included. Rebuilt from the log.</summary>
internal sealed class Ballots
{
    private readonly Dictionary<(Height Height, View View, VotePhase Phase), Digest> _cast = [];

    public void Restore(Height height, View view, VotePhase phase, Digest block) =>
        _cast[(height, view, phase)] = block;

    public bool Allows(Height height, View view, VotePhase phase, Digest block) =>
        !_cast.TryGetValue((height, view, phase), out Digest earlier) || earlier == block;

    /// <summary>Whether we know of a vote of ours there.</summary>
    public bool Has(Height height, View view, VotePhase phase) => _cast.ContainsKey((height, view, phase));

    /// <summary>Signs our vote; null where another one was cast before. The caller has put the log record of this vote
    /// into the outbox.</summary>
    public Vote? Cast(ReplicaSetup setup, Height height, View view, VotePhase phase, Digest block)
    {
        if (!Allows(height, view, phase, block))
        {
            return null;
        }

        _cast[(height, view, phase)] = block;
        var subject = new VoteSubject(setup.Chain, setup.Validators.Epoch, height, view, phase, block);
        return new Vote(height, view, phase, block, setup.Self, setup.Sign(subject.Hash()));
    }

    public void ForgetUpTo(Height height)
    {
        foreach ((Height, View, VotePhase) old in _cast.Keys.Where(k => k.Height <= height).ToArray())
        {
            _cast.Remove(old);
        }
    }
}
