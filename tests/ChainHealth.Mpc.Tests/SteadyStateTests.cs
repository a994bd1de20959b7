namespace ChainHealth.Mpc.Tests;

/// <summary>What a session asks of the collector and of the system once it is warm. Alone, since the bytes are those of
/// the process.</summary>
[Collection(SteadyState.Name)]
public class SteadyStateTests
{
    /// <summary>Of all four parties: the exchange itself, its messages, what waits for them.</summary>
    private const long BytesPerExchangeMax = 32 * 1024;

    [Fact]
    public async Task A_warm_session_allocates_a_little_for_each_exchange_and_nothing_for_an_element()
    {
        (long few, long exchanges) = await AllocatedAsync(64);
        (long many, _) = await AllocatedAsync(64 * 1024);
        Assert.InRange(few / exchanges, 1, BytesPerExchangeMax);
        Assert.InRange(many / exchanges, 1, BytesPerExchangeMax);
    }

    [Fact]
    public async Task Buffers_of_a_layer_are_a_dozen_words_for_each_element()
    {
        const int Elements = 256 * 1024;
        SharedInput input = Parties.Share(new long[Elements]);
        long[] peaks = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector x = Parties.Input(s, input);
            for (int layer = 0; layer < 3; layer++)
            {
                using ShareVector activated = await ReluAsync(s, x, c);
            }

            return s.PeakBufferBytes;
        });

        // The input, which the caller holds, is three of them.
        Assert.All(peaks, p => Assert.InRange(p, 3L * Elements * sizeof(ulong), 16L * Elements * sizeof(ulong)));
    }

    [Fact]
    public void A_region_hands_out_what_was_given_back_and_is_cleared_between_sessions()
    {
        using var memory = new RingMemory();
        using (var pool = new BufferPool(memory))
        {
            RingBuffer first = pool.Rent(100_000), second = pool.Rent(100_000), third = pool.Rent(100_000);
            second.Words(100_000).Fill(7);
            third.Words(100_000).Fill(7);
            pool.Return(first);
            pool.Return(second);
            Assert.True(Reaches(pool.Rent(200_000), third));
        }

        Assert.InRange(memory.KeptBytes, 300_000 * sizeof(ulong), 300_000 * sizeof(ulong) + (1 << 20));
        using var next = new BufferPool(memory);
        Assert.Equal(0, memory.KeptBytes);
        Assert.Equal(-1, next.Rent(300_000).Words(300_000).IndexOfAnyExcept(0UL));
    }

    private static unsafe bool Reaches(RingBuffer low, RingBuffer high) => low.Pointer < high.Pointer;

    /// <summary>Bytes and exchanges of five layers of ReLU in four sessions that have run two of them.</summary>
    private static async Task<(long Bytes, long Exchanges)> AllocatedAsync(int elements)
    {
        SharedInput input = Parties.Share(new long[elements]);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector x = Parties.Input(s, input);
            (long bytes, long exchanges) = (0, 0);
            for (int layer = 0; layer < 7; layer++)
            {
                (bytes, exchanges) = layer == 2
                    ? (GC.GetTotalAllocatedBytes(precise: true), s.Statistics.Exchanges) : (bytes, exchanges);
                using ShareVector activated = await ReluAsync(s, x, c);
            }

            return (GC.GetTotalAllocatedBytes(precise: true) - bytes, s.Statistics.Exchanges - exchanges);
        });
        return results.Max();
    }

    private static async Task<ShareVector> ReluAsync(MpcSession session, ShareVector x, CancellationToken cancellation)
    {
        PairSum sum = PairSum.Of(session, x);
        using ShareVector bits = await Comparison.IsNotNegativeAsync(session, sum, new Window(16, 26), cancellation);
        return await Selection.RunTruncatedAsync(session, bits, sum, 16, cancellation);
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public class SteadyState
{
    public const string Name = "steady state";
}
