using System.Diagnostics;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>What a fault cost the clients of a network.</summary>
/// <param name="LastedMs">From its begin until it had healed.</param>
/// <param name="GapMs">While it lasted: the longest time without an acknowledgement.</param>
/// <param name="ResumedMs">From the healing to the next acknowledgement.</param>
/// <param name="CaughtUpMs">From the healing until its victims stood where the others had stood at that time.</param>
public sealed record FaultCost(string Fault, double LastedMs, double GapMs, double ResumedMs, double CaughtUpMs);

/// <summary>Lets one fault after another happen under load and measures what each costs; after each, all validators
/// must hold the same blocks and every acknowledgement.</summary>
public sealed class FaultClock(FaultNetwork network, Traffic load)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Ledgers _books = new(network);

    /// <exception cref="InvariantBrokenException">What was acknowledged is not there, or validators differ.</exception>
    /// <exception cref="TimeoutException">The service does not resume.</exception>
    public async Task<FaultCost> MeasureAsync(Fault fault, TimeSpan lasts, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        await fault.BeginAsync(network);
        await BackOff.WaitAsync(lasts, cancellation);
        await fault.HealAsync(network);
        long healed = Stopwatch.GetTimestamp();
        Height?[] heights = await Task.WhenAll(network.All.Except(fault.Victims).Select(network.HeightAsync));
        Height top = heights.Max() ?? default;
        Task caughtUp = Task.WhenAll(fault.Victims.Select(v => StandsAtAsync(v, top, cancellation)));
        double resumed = Milliseconds(healed, await load.NextAfterAsync(healed));
        await caughtUp;
        double stood = Milliseconds(healed, Stopwatch.GetTimestamp());
        await load.MoreAsync(20);
        await _books.AgreeAndKeepAsync(load.All);
        return new FaultCost(
            fault.Name, Milliseconds(began, healed), Milliseconds(0, LongestGap(began, healed)), resumed, stood);
    }

    private static double Milliseconds(long from, long to) =>
        Math.Round(Stopwatch.GetElapsedTime(from, to).TotalMilliseconds);

    private long LongestGap(long from, long to)
    {
        long longest = 0, last = from;
        foreach (long at in load.All.Select(a => a.At).Where(at => at > from && at < to).Append(to))
        {
            longest = Math.Max(longest, at - last);
            last = at;
        }

        return longest;
    }

    private async Task StandsAtAsync(int validator, Height height, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!(await network.HeightAsync(validator) >= height))
        {
            await look.WaitForNextTickAsync(limit.Token);
        }
    }
}
