using ChainHealth.Client;

namespace ChainHealth.Cli;

/// <param name="LastsSeconds">How long each fault lasts.</param>
/// <param name="FreezeSeconds">How long a primary stands still.</param>
public sealed record FaultBenchOptions(int Validators, int LastsSeconds, int FreezeSeconds);

/// <summary>The faults of FAULTS.md on real processes, one after another, under load.</summary>
public static class FaultBench
{
    private const int Lanes = 4;

    /// <param name="told">Called with each result when it is there.</param>
    public static async Task<IReadOnlyList<FaultCost>> RunAsync(
        FaultBenchOptions options, Action<FaultCost> told, CancellationToken cancellation)
    {
        using WorkFolder work = WorkFolder.Create(null, false);
        await using FaultNetwork network =
            await FaultNetwork.StartAsync(Path.Combine(work.Path, "network"), options.Validators);
        await using Traffic load = StartLoad(network);
        await load.MoreAsync(200);
        var clock = new FaultClock(network, load);
        List<FaultCost> costs = [];
        for (int turn = 0; turn < Count; turn++)
        {
            int primary = await network.PrimaryAsync();
            Fault fault = FaultAt(turn, network.Validators, primary);
            TimeSpan lasts = TimeSpan.FromSeconds(turn == 0 ? options.FreezeSeconds : options.LastsSeconds);
            costs.Add(await clock.MeasureAsync(fault, lasts, cancellation));
            told(costs[^1]);
        }

        return costs;
    }

    public static Traffic StartLoad(FaultNetwork network) =>
        Traffic.Start(network.Folder, Lanes, MemberNames.Hospital(1), MemberNames.Hospital(2));

    private const int Count = 11;

    private static Fault FaultAt(int turn, int validators, int primary)
    {
        int faulty = (validators - 1) / 3;
        int[] fromPrimary = [.. Enumerable.Range(0, validators).Select(i => ((primary - 1 + i) % validators) + 1)];
        const LinkFault pass = LinkFault.Pass, hold = LinkFault.Hold, cut = LinkFault.Cut;
        return turn switch
        {
            0 => Fault.Frozen("primary", primary),
            1 => Fault.Killed("primary", primary),
            2 => Fault.Killed($"f = {faulty} with the primary", fromPrimary[..faulty]),
            3 => Fault.Killed($"f+1 = {faulty + 1} with the primary", fromPrimary[..(faulty + 1)]),
            4 => Fault.Killed("all", fromPrimary),
            5 => Fault.Parted("primary cut off (connections reset)", cut, cut, primary),
            6 => Fault.Parted("primary cut off (silence)", hold, hold, primary),
            7 => Fault.Parted("primary hears nobody", hold, pass, primary),
            8 => Fault.Parted("primary reaches nobody", pass, hold, primary),
            9 => Fault.Parted("two halves (silence)", hold, hold, fromPrimary[..(validators / 2)]),
            _ => Fault.Late(TimeSpan.FromMilliseconds(200)),
        };
    }
}
