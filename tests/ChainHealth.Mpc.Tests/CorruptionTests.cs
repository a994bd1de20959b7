namespace ChainHealth.Mpc.Tests;

/// <summary>One party lies in one message; every message of the computation takes its turn.</summary>
public class CorruptionTests
{
    private static readonly long[] First = [3 << 16, -5 << 16, 1 << 20, -(1 << 18), 0];
    private static readonly long[] Second = [7 << 14, 2 << 16, -(1 << 19), -(1 << 17), 9];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_receiver_stops_in_the_exchange_of_the_lie_and_no_wrong_result_is_accepted(int liar)
    {
        (Outcome<long[]>[] honest, CorruptingNetwork[] counted) = await ComputeAsync(liar, int.MaxValue);
        long[] expected = honest[0].Result!;
        int messages = counted[liar].Sent;
        int aborts = 0;
        for (int target = 0; target < messages; target++)
        {
            (Outcome<long[]>[] outcomes, CorruptingNetwork[] networks) = await ComputeAsync(liar, target);
            ulong exchange = networks[liar].Corrupted!.Value;
            for (int party = 0; party < 4; party++)
            {
                Outcome<long[]> outcome = outcomes[party];
                if (party != liar && outcome.Result is not null)
                {
                    Assert.Equal(expected, outcome.Result);
                }

                if (party != liar && outcome.Abort is { } abort)
                {
                    aborts++;
                    Assert.Equal(exchange, abort.Exchange);
                    Assert.Equal(exchange, networks[party].LastStarted);
                    Assert.True(
                        abort.Suspect == liar || abort.OtherSuspect == liar, $"blames the honest: {abort.Message}");
                }
            }

            bool stopped = outcomes.Where((_, p) => p != liar).Any(o => o.Abort is not null);
            bool delivered = outcomes.Where((_, p) => p != liar).All(o => o.Result is not null);
            Assert.True(stopped || delivered, $"message {target} of party {liar} went through");
        }

        Assert.True(messages > 30 && aborts > 25, $"{aborts} aborts in {messages} messages");
    }

    /// <summary>The circuit with which the delayed check of published four-party protocols was broken: an offset on the
    /// first product of (a * b) * d must not reach the second multiplication.</summary>
    [Fact]
    public async Task An_offset_on_the_first_product_never_reaches_the_second()
    {
        int hit = 0;
        for (int target = 0; target < 3; target++)
        {
            (Outcome<long[]>[] outcomes, CorruptingNetwork[] networks) = await RunAsync(async (s, a, b, c) =>
            {
                using ShareVector first = await Products.MultiplyAsync(s, a, b, c);
                using ShareVector second = await Products.MultiplyAsync(s, first, b, c);
                return await Parties.OpenAsync(s, second, c);
            }, liar: 2, target);
            MpcAbortException? abort = outcomes.Select(o => o.Abort).FirstOrDefault(a => a is not null);
            if (networks[2].Corrupted == MpcSession.KeyExchanges)
            {
                hit++;
                Assert.Equal((ulong)MpcSession.KeyExchanges, abort!.Exchange);
                Assert.Contains(networks, n => n.Party != 2 && n.LastStarted == MpcSession.KeyExchanges);
                Assert.All(outcomes, o => Assert.Null(o.Result));
            }
        }

        Assert.True(hit > 0);
    }

    private static Task<(Outcome<long[]>[] Outcomes, CorruptingNetwork[] Networks)> ComputeAsync(
        int liar, int target) =>
        RunAsync(async (s, a, b, c) =>
        {
            using ShareVector larger = await Pools.LargerAsync(s, a, b, new Window(0, 26), c);
            using ShareVector bits = await Comparison.IsNotNegativeAsync(s, larger, new Window(0, 26), c);
            using ShareVector relu = await Selection.RunTruncatedAsync(
                s, bits, PairSum.Of(s, larger), 4, c);
            using ShareVector exact = await Products.MultiplyAsync(s, larger, a, c);
            ulong[] signs = await Opening.OpenByMajorityAsync(s, bits, bits: true, "signs", c);
            await Parties.OpenAsync(s, relu, c);
            return [.. await Parties.OpenAsync(s, exact, c), unchecked((long)signs[0])];
        }, liar, target);

    private static async Task<(Outcome<long[]>[] Outcomes, CorruptingNetwork[] Networks)> RunAsync(
        Func<MpcSession, ShareVector, ShareVector, CancellationToken, Task<long[]>> steps, int liar, int target)
    {
        SharedInput first = Parties.Share(First, 1), second = Parties.Share(Second, 2);
        var networks = new CorruptingNetwork[4];
        Outcome<long[]>[] outcomes = await Parties.OutcomesAsync(
            async (s, c) =>
            {
                using ShareVector a = Parties.Input(s, first), b = Parties.Input(s, second);
                return await steps(s, a, b, c);
            },
            seed: 3, n => networks[n.Party] = new CorruptingNetwork(n, liar, target));
        return (outcomes, networks);
    }
}
