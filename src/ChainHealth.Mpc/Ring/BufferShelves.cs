namespace ChainHealth.Mpc;

/// <summary>Idle buffers by capacity. Not for several threads.</summary>
internal sealed class BufferShelves
{
    // Ascending; a session uses few capacities, so a search along the list is short.
    private readonly List<Shelf> _shelves = [];

    private sealed record Shelf(int Capacity, Stack<RingBuffer> Idle);

    public void Put(RingBuffer buffer)
    {
        int at = 0;
        while (at < _shelves.Count && _shelves[at].Capacity < buffer.Capacity)
        {
            at++;
        }

        if (at == _shelves.Count || _shelves[at].Capacity != buffer.Capacity)
        {
            _shelves.Insert(at, new Shelf(buffer.Capacity, new Stack<RingBuffer>()));
        }

        _shelves[at].Idle.Push(buffer);
    }

    /// <summary>The smallest of at least <paramref name="words"/> and at most half as many more words.</summary>
    public RingBuffer? TryTake(int words)
    {
        foreach (Shelf shelf in _shelves)
        {
            if (shelf.Capacity >= words && shelf.Capacity - words <= words / 2
                && shelf.Idle.TryPop(out RingBuffer? buffer))
            {
                return buffer;
            }
        }

        return null;
    }

    public RingBuffer? TryTakeLargest()
    {
        for (int i = _shelves.Count - 1; i >= 0; i--)
        {
            if (_shelves[i].Idle.TryPop(out RingBuffer? buffer))
            {
                return buffer;
            }
        }

        return null;
    }
}
