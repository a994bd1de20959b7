using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The four parties of a measurement in this process: the same engine and the same checks of every message,
/// without TLS, sockets and the switches between processes.</summary>
internal static class BenchInProcess
{
    /// <returns>By party, then by repetition. Memory and processor time are those of the whole process: the time stands
    /// at party 0.</returns>
    public static async Task<BenchLine[][]> RunAsync(BenchOptions options, CancellationToken cancellation)
    {
        Func<MpcSession, Task<string>>[] jobs = [.. Enumerable.Range(0, ExchangeMessages.Parties)
            .Select(party => BenchParty.JobOf(options, party, cancellation))];
        RingMemory[] memories = [.. jobs.Select(_ => new RingMemory())];
        var lines = new List<BenchLine[]>();
        for (int round = 0; round <= options.Repeat; round++)
        {
            BenchLine[] line = await MeasureAsync(jobs, memories, cancellation);
            if (round > 0)
            {
                // The first one warms up.
                lines.Add(line);
            }
        }

        Array.ForEach(memories, m => m.Dispose());
        return [.. jobs.Select((_, party) => lines.Select(l => l[party]).ToArray())];
    }

    private static async Task<BenchLine[]> MeasureAsync(
        Func<MpcSession, Task<string>>[] jobs, RingMemory[] memories, CancellationToken cancellation)
    {
        MpcSession[] sessions = await Task.WhenAll(InProcessNetwork.Create().Select((n, p) => Task.Run(
            () => MpcSession.StartAsync(
                n, Digest.Zero, RandomNumberGenerator.Fill, cancellation, memory: memories[p]).AsTask(),
            cancellation)));
        var profile = new MpcProfile();
        sessions[0].Profile = profile;
        MpcStatistics[] before = [.. sessions.Select(s => s.Statistics)];
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        string[] outcomes = await Task.WhenAll(sessions.Select((s, p) => Task.Run(() => jobs[p](s), cancellation)));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        IReadOnlyList<StepCost> steps = profile.Finish();
        using var process = Process.GetCurrentProcess();
        BenchLine[] lines = [.. sessions.Select((s, p) => new BenchLine(
            seconds, p == 0 ? used : 0, (s.Statistics - before[p]).BytesSent, (s.Statistics - before[p]).Exchanges,
            outcomes[p], process.PeakWorkingSet64, s.PeakBufferBytes, p == 0 ? steps : []))];
        Array.ForEach(sessions, s => s.Dispose());
        return lines;
    }
}
