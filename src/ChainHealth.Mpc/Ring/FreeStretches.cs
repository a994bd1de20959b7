namespace ChainHealth.Mpc;

/// <summary>What is free of a region, by address; neighbours are joined. The lowest stretch that fits is taken, so that
/// what is used stays together. Offsets and lengths in words. Not for several threads.</summary>
internal sealed class FreeStretches
{
    // Few at a time: a session holds some hundred buffers at most.
    private readonly List<(long Start, long Length)> _free = new(64);

    public FreeStretches(long start, long length)
    {
        (Start, Length) = (start, length);
        Reset();
    }

    public long Start { get; }

    public long Length { get; }

    /// <summary>End of the highest stretch that was ever taken since the last reset.</summary>
    public long HighWater { get; private set; }

    /// <summary>-1 where nothing fits.</summary>
    public long TryTake(long length)
    {
        for (int i = 0; i < _free.Count; i++)
        {
            (long start, long free) = _free[i];
            if (free < length)
            {
                continue;
            }

            if (free == length)
            {
                _free.RemoveAt(i);
            }
            else
            {
                _free[i] = (start + length, free - length);
            }

            HighWater = Math.Max(HighWater, start + length);
            return start;
        }

        return -1;
    }

    public void Give(long start, long length)
    {
        int at = 0;
        while (at < _free.Count && _free[at].Start < start)
        {
            at++;
        }

        if (at < _free.Count && start + length == _free[at].Start)
        {
            length += _free[at].Length;
            _free.RemoveAt(at);
        }

        if (at > 0 && _free[at - 1].Start + _free[at - 1].Length == start)
        {
            _free[at - 1] = (_free[at - 1].Start, _free[at - 1].Length + length);
            return;
        }

        _free.Insert(at, (start, length));
    }

    public void Reset()
    {
        _free.Clear();
        _free.Add((Start, Length));
        HighWater = Start;
    }
}
