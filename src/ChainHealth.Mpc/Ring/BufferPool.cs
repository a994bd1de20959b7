using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Reuses the buffers of one session, so that the steady state allocates nothing. Not for several threads.
/// </summary>
internal sealed class BufferPool : IDisposable
{
    private const int WordsMin = 512;
    private readonly Dictionary<int, Stack<RingBuffer>> _free = [];

    /// <summary>At least <paramref name="words"/> words of undefined content.</summary>
    public RingBuffer Rent(int words)
    {
        int size = SizeClass(words);
        return _free.TryGetValue(size, out Stack<RingBuffer>? stack) && stack.TryPop(out RingBuffer? buffer)
            ? buffer
            : new RingBuffer(size);
    }

    public void Return(RingBuffer buffer)
    {
        if (!_free.TryGetValue(buffer.Capacity, out Stack<RingBuffer>? stack))
        {
            _free[buffer.Capacity] = stack = new Stack<RingBuffer>();
        }

        stack.Push(buffer);
    }

    public void Dispose()
    {
        foreach (RingBuffer buffer in _free.Values.SelectMany(stack => stack))
        {
            buffer.Free();
        }

        _free.Clear();
    }

    /// <summary>Eighths of a power of two: at most an eighth of the memory is wasted.</summary>
    private static int SizeClass(int words)
    {
        if (words <= WordsMin)
        {
            return WordsMin;
        }

        int step = (int)(BitOperations.RoundUpToPowerOf2((uint)words) / 16);
        return checked((words + step - 1) / step * step);
    }
}
