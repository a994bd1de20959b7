namespace ChainHealth.Mpc.Tests;

/// <summary>The largest score against plain arithmetic.</summary>
public class ArgmaxTests
{
    private const int Records = 130;

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    public async Task The_largest_score_gets_the_only_bit(int classes)
    {
        var random = new Random(classes);
        var window = new Window(16, 26);
        long[] scores = new long[Records * classes];
        for (int n = 0; n < Records; n++)
        {
            // Further apart than the comparison's resolution, in any order.
            int[] order = [.. Enumerable.Range(0, classes)];
            random.Shuffle(order);
            for (int k = 0; k < classes; k++)
            {
                scores[(n * classes) + k] = (order[k] - (classes / 2)) * (1L << 33) + random.NextInt64(1L << 30);
            }
        }

        SharedInput input = Parties.Share(scores);
        var results = await Parties.RunAsync(async (s, c) =>
        {
            using ShareVector shared = Parties.Input(s, input);
            MpcStatistics before = s.Statistics;
            using ShareVector bits = await Argmax.OneHotAsync(s, shared, classes, window, c);
            long exchanges = (s.Statistics - before).Exchanges;
            int padded = BitPlanes.Words(Records) * BitPlanes.WordBits;
            return (exchanges, Bits: await Parties.OpenBitsAsync(s, bits, classes * padded, c), Padded: padded);
        });
        foreach ((long exchanges, bool[] bits, int padded) in results)
        {
            Assert.Equal(Argmax.Exchanges(classes), exchanges);
            for (int n = 0; n < Records; n++)
            {
                long[] row = scores[(n * classes)..((n + 1) * classes)];
                bool[] hot = [.. Enumerable.Range(0, classes).Select(k => bits[(k * padded) + n])];
                Assert.Equal(row.Select(v => v == row.Max()), hot);
            }
        }
    }
}
