using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Reuses the buffers of one session, so that the steady state allocates nothing. Idle buffers that fit badly
/// go back to the system before the whole grows beyond its budget. Not for several threads.</summary>
internal sealed class BufferPool : IDisposable
{
    /// <summary>Words held in all, in use and idle, before idle ones are freed: 160 MiB.</summary>
    public const long BudgetWords = 20L * 1024 * 1024;

    private const int WordsMin = 512;
    private readonly SortedDictionary<int, Stack<RingBuffer>> _idle = [];
    private long _heldWords;

    /// <summary>At least <paramref name="words"/> words of undefined content.</summary>
    public RingBuffer Rent(int words)
    {
        int size = SizeClass(words);
        foreach ((int capacity, Stack<RingBuffer> stack) in _idle)
        {
            if (capacity >= size && capacity <= size + (size / 2) && stack.TryPop(out RingBuffer? buffer))
            {
                return buffer;
            }
        }

        MakeRoom(size);
        _heldWords += size;
        return new RingBuffer(size);
    }

    public void Return(RingBuffer buffer)
    {
        if (!_idle.TryGetValue(buffer.Capacity, out Stack<RingBuffer>? stack))
        {
            _idle[buffer.Capacity] = stack = new Stack<RingBuffer>();
        }

        stack.Push(buffer);
    }

    public void Dispose()
    {
        foreach (RingBuffer buffer in _idle.Values.SelectMany(stack => stack))
        {
            buffer.Free();
        }

        _idle.Clear();
    }

    /// <summary>Frees the largest idle buffers while the new one would break the budget.</summary>
    private void MakeRoom(int size)
    {
        if (_heldWords + size <= BudgetWords)
        {
            return;
        }

        foreach (Stack<RingBuffer> stack in _idle.Values.Reverse())
        {
            while (_heldWords + size > BudgetWords && stack.TryPop(out RingBuffer? buffer))
            {
                _heldWords -= buffer.Capacity;
                buffer.Free();
            }
        }
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
