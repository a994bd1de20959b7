using System.Numerics;

namespace ChainHealth.Mpc;

/// <summary>Reuses the buffers of one session, so that the steady state allocates nothing. Idle buffers that fit badly
/// are freed before the whole grows beyond its budget. Not for several threads.</summary>
internal sealed class BufferPool(RingMemory memory) : IDisposable
{
    /// <summary>Words held in all, in use and idle, before idle ones are freed: 160 MiB.</summary>
    public const long BudgetWords = 20L * 1024 * 1024;

    private const int WordsMin = 512;
    private readonly BufferShelves _idle = new();
    private long _heldWords;

    /// <summary>At least <paramref name="words"/> words of undefined content.</summary>
    public RingBuffer Rent(int words)
    {
        int size = SizeClass(words);
        if (_idle.TryTake(size) is { } idle)
        {
            return idle;
        }

        MakeRoom(size);
        RingBuffer fresh = memory.Take(size);
        _heldWords += fresh.Capacity;
        return fresh;
    }

    public void Return(RingBuffer buffer) => _idle.Put(buffer);

    public void Dispose()
    {
        while (_idle.TryTakeLargest() is { } buffer)
        {
            memory.Leave(buffer);
        }
    }

    /// <summary>Frees the largest idle buffers while the new one would break the budget.</summary>
    private void MakeRoom(int size)
    {
        while (_heldWords + size > BudgetWords && _idle.TryTakeLargest() is { } buffer)
        {
            _heldWords -= buffer.Capacity;
            buffer.Free();
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
