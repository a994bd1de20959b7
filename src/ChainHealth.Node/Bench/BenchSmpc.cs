using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Four parties as four processes with throw-away keys on loopback, TLS and all checks on, or all four in this
/// process; the median of several checks from shared inputs to opened verdicts.</summary>
internal static class BenchSmpc
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Prints one JSON object.</summary>
    /// <exception cref="InvalidOperationException">A party failed; its last words are in the message.</exception>
    /// <param name="profile">With the split of party 0's time by step.</param>
    public static async Task RunAsync(BenchOptions options, bool profile, CancellationToken cancellation) => Print(
        options, options.Parties == BenchOptions.InProcess
            ? await BenchInProcess.RunAsync(options, cancellation) : await RunProcessesAsync(options, cancellation),
        profile);

    private static async Task<BenchLine[][]> RunProcessesAsync(BenchOptions options, CancellationToken cancellation)
    {
        string folder = Path.Combine(Path.GetTempPath(), $"chainhealth-bench-{Environment.ProcessId}");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        var parties = new List<Process>();
        try
        {
            NetworkFactory.Create(folder, new NetworkOptions
            {
                Name = "bench", Hospitals = 1, Endpoints = [.. FreePorts(4).Select(p => $"127.0.0.1:{p}")],
            });
            for (int i = 1; i <= 4; i++)
            {
                parties.Add(Start(folder, MemberNames.Validator(i), options));
            }

            return await Task.WhenAll(parties.Select(p => ReadAsync(p, limit.Token)));
        }
        finally
        {
            foreach (Process party in parties)
            {
                Stop(party);
            }

            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(BenchOptions options, BenchLine[][] parties, bool profile)
    {
        if (parties.Any(p => p[0].Outcome != parties[0][0].Outcome))
        {
            throw new InvalidOperationException("the parties disagree on the outcome");
        }

        double[] seconds = [.. Enumerable.Range(0, options.Repeat).Select(r => parties.Max(p => p[r].Seconds))];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            model = options.Model,
            models = options.Models,
            batch = options.Batch,
            repeat = options.Repeat,
            seconds = Math.Round(Median(seconds), 4),
            secondsAll = seconds.Select(s => Math.Round(s, 4)),
            cpuSeconds = Math.Round(
                Median([.. Enumerable.Range(0, options.Repeat).Select(r => parties.Sum(p => p[r].CpuSeconds))]), 4),
            bytes = parties.Sum(p => p[0].BytesSent),
            exchanges = parties[0][0].Exchanges,
            peakBytesPerParty = parties.Max(p => p[^1].PeakBytes),
            bufferBytesPerParty = parties.Max(p => p[^1].BufferBytes),
            checks = options.Checks,
            parties = options.Parties,
            processes = options.Parties == BenchOptions.InProcess ? 1 : 4,
            transport = options.Parties == BenchOptions.InProcess ? "memory" : "TLS 1.3 on loopback",
            profile = profile ? Split(parties[0][^1].Steps) : null,
        }));
    }

    /// <summary>Milliseconds of party 0 in the last repetition.</summary>
    private static IEnumerable<object> Split(IReadOnlyList<StepCost> steps) => steps.Select(s => new
    {
        step = s.Step,
        exchanges = s.Exchanges,
        bytes = s.BytesSent,
        milliseconds = Math.Round(1000 * s.Seconds, 2),
        compute = Math.Round(1000 * s.ComputeSeconds, 2),
        tags = Math.Round(1000 * s.TagSeconds, 2),
        network = Math.Round(1000 * s.NetworkSeconds, 2),
        networkCpu = Math.Round(1000 * s.NetworkCpuSeconds, 2),
    });

    private static double Median(double[] values)
    {
        values = [.. values.Order()];
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    private static Process Start(string folder, string member, BenchOptions options)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(BenchSmpc).Assembly.Location);
        }

        string[] arguments =
        [
            "bench-party", "--network", folder, "--member", member, "--model", options.Model,
            "--models", Text(options.Models), "--batch", Text(options.Batch), "--repeat", Text(options.Repeat),
            "--checks", options.Checks, "--parent-pid", Text(Environment.ProcessId),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} cannot be started");
    }

    private static async Task<BenchLine[]> ReadAsync(Process party, CancellationToken cancellation)
    {
        Task<string> errors = party.StandardError.ReadToEndAsync(cancellation);
        var lines = new List<BenchLine>();
        while (await party.StandardOutput.ReadLineAsync(cancellation) is { } line)
        {
            lines.Add(JsonSerializer.Deserialize<BenchLine>(line)!);
        }

        await party.WaitForExitAsync(cancellation);
        return party.ExitCode == 0
            ? [.. lines]
            : throw new InvalidOperationException($"a party ended with {party.ExitCode}: {(await errors).Trim()}");
    }

    private static void Stop(Process party)
    {
        if (!party.HasExited)
        {
            party.Kill();
            party.WaitForExit();
        }

        party.Dispose();
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        Array.ForEach(listeners, l => l.Start());
        int[] ports = [.. listeners.Select(l => ((IPEndPoint)l.LocalEndpoint).Port)];
        Array.ForEach(listeners, l => l.Stop());
        return ports;
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
