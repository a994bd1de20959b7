namespace ChainHealth.Consensus;

/// <summary>Collects the effects of a step. What is persisted goes first, so that one fsync covers the step.</summary>
internal sealed class Outbox
{
    private readonly List<Effect> _marks = [];
    private readonly List<Effect> _persists = [];
    private readonly List<Effect> _others = [];

    public void Add(Effect effect) => (effect is Persist ? _persists : effect is Mark ? _marks : _others).Add(effect);

    public void Persist(LogRecord record) => Add(new Persist(LogRecordCodec.Encode(record)));

    public IReadOnlyList<Effect> Take()
    {
        Effect[] effects = [.. _marks, .. _persists, .. _others];
        _marks.Clear();
        _persists.Clear();
        _others.Clear();
        return effects;
    }
}
