namespace ChainHealth.Consensus;

/// <summary>Collects the effects of a step. What is persisted goes first, so that one fsync covers the step.</summary>
internal sealed class Outbox
{
    private readonly List<Effect> _persists = [];
    private readonly List<Effect> _others = [];

    public void Add(Effect effect) => (effect is Persist ? _persists : _others).Add(effect);

    public void Persist(LogRecord record) => Add(new Persist(LogRecordCodec.Encode(record)));

    /// <summary>The effects of the step. A discard is left out where the same step took the proposal up again.</summary>
    public IReadOnlyList<Effect> Take(SlotTable slots)
    {
        _others.RemoveAll(effect => effect is Discard { Proposal: var dropped }
            && (slots.Find(dropped.Height)?.Proposal?.Hash == dropped.Hash
                || _others.Exists(e => e is Commit commit && commit.Proposal.Tip == dropped.Tip)));
        Effect[] effects = [.. _persists, .. _others];
        _persists.Clear();
        _others.Clear();
        return effects;
    }
}
