using ChainHealth.Primitives;

namespace ChainHealth.Consensus;

/// <summary>The heights in flight of one view. Bounded by the reach of the window.</summary>
internal sealed class SlotTable(View view)
{
    private readonly SortedDictionary<Height, Slot> _slots = [];

    public View View { get; } = view;

    public IReadOnlyCollection<Slot> Ascending => _slots.Values;

    public Slot? Find(Height height) => _slots.GetValueOrDefault(height);

    public Slot Get(Height height, Quorum quorum)
    {
        if (!_slots.TryGetValue(height, out Slot? slot))
        {
            slot = new Slot(height, quorum.Members);
            _slots.Add(height, slot);
        }

        return slot;
    }

    /// <summary>The highest block of the chain of accepted proposals on the tip.</summary>
    public ChainTip AcceptedTop(ChainTip tip)
    {
        while (Find(tip.Height.Next)?.Proposal is { } proposal)
        {
            tip = proposal.Tip;
        }

        return tip;
    }

    public void ForgetUpTo(Height height)
    {
        foreach (Height old in _slots.Keys.TakeWhile(h => h <= height).ToArray())
        {
            _slots.Remove(old);
        }
    }
}
