using ChainHealth.Primitives;

namespace ChainHealth.Mpc.Tests;

/// <summary>Runs the same steps at four parties in this process.</summary>
internal static class Parties
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>The results of those who take part; the first abort otherwise. When one party stops, the others are
    /// cancelled.</summary>
    public static async Task<T[]> RunAsync<T>(Func<MpcSession, CancellationToken, Task<T>> steps, int seed = 1,
        Func<IPartyNetwork, IPartyNetwork>? wrap = null, int? absent = null)
    {
        Outcome<T>[] outcomes = await OutcomesAsync(steps, seed, wrap, absent);
        foreach (Outcome<T> outcome in outcomes)
        {
            if (outcome.Abort is not null)
            {
                throw outcome.Abort;
            }
        }

        return [.. outcomes.Select(o => o.Result!)];
    }

    public static async Task<Outcome<T>[]> OutcomesAsync<T>(Func<MpcSession, CancellationToken, Task<T>> steps,
        int seed, Func<IPartyNetwork, IPartyNetwork>? wrap, int? absent = null)
    {
        using var stop = new CancellationTokenSource(Limit);
        IEnumerable<IPartyNetwork> networks = InProcessNetwork.Create().Where(n => n.Party != absent);
        return await Task.WhenAll(networks.Select(n => wrap is null ? n : wrap(n)).Select(network => Task.Run(
            async () =>
            {
                try
                {
                    using MpcSession session = await MpcSession.StartAsync(
                        network, Digest.Zero, Seeded(seed + network.Party), stop.Token, absent);
                    return new Outcome<T>(await steps(session, stop.Token), null, session.Openings);
                }
                catch (MpcAbortException abort)
                {
                    await stop.CancelAsync();
                    return new Outcome<T>(default, abort, []);
                }
                catch (OperationCanceledException)
                {
                    return new Outcome<T>(default, null, []);
                }
            })));
    }

    /// <summary>Repeatable "randomness", for tests only.</summary>
    public static RandomSource Seeded(int seed)
    {
        var random = new Random(seed);
        return span => random.NextBytes(span);
    }

    public static ShareVector Input(MpcSession session, SharedInput input) =>
        Local.Expand(session, input.Packages[session.Party]);

    public static SharedInput Share(long[] values, int seed = 7, int vectorShare = 3) =>
        InputSharing.Share(values, Seeded(seed), vectorShare);

    public static async Task<long[]> OpenAsync(MpcSession session, ShareVector x, CancellationToken cancellation) =>
        [.. (await Opening.OpenAsync(session, x, "test", cancellation)).Select(v => unchecked((long)v))];

    /// <summary>Bits of an exclusive-or shared vector.</summary>
    public static async Task<bool[]> OpenBitsAsync(
        MpcSession session, ShareVector x, int count, CancellationToken cancellation)
    {
        ulong[] words = await Opening.OpenByMajorityAsync(session, x, bits: true, "test", cancellation);
        return [.. Enumerable.Range(0, count).Select(i => ((words[i / 64] >> (i % 64)) & 1) == 1)];
    }
}

internal sealed record Outcome<T>(T? Result, MpcAbortException? Abort, IReadOnlyList<OpeningRecord> Openings);
