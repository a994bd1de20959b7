using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>One computing party as a process of its own; prints a line of JSON for each measured check.</summary>
internal static class BenchParty
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(120);

    public static async Task RunAsync(
        string networkFolder, string memberName, BenchOptions options, CancellationToken cancellation)
    {
        using MemberIdentity identity = MemberIdentity.Load(networkFolder, memberName);
        LinkIdentity self = LinkIdentity.Of(identity);
        var links = new CommitteeLinks(self, identity.Member.Id, TimeProvider.System);
        MemberEndpoint endpoint = MemberEndpoint.TryParse(identity.Member.Endpoint)!.Value;
        await using SecureListener listener = SecureListener.Start(
            new IPEndPoint(IPAddress.Parse(endpoint.Host), endpoint.Port), self, new ListenerLimits(),
            links.ServeAsync);
        Member[] committee = [.. identity.Genesis.Validators()];
        int party = Array.FindIndex(committee, m => m.Id == identity.Member.Id);
        Func<MpcSession, Task<string>> job = JobOf(options, party, cancellation);
        using var memory = new RingMemory();
        for (int round = 0; round <= options.Repeat; round++)
        {
            BenchLine line = await MeasureAsync(links, committee, party, job, round, memory, cancellation);
            if (round > 0)
            {
                // The first one warms up.
                Console.WriteLine(JsonSerializer.Serialize(line));
            }

            // A round's job begins in a process that has long collected what the last one left.
            GC.Collect();
        }
    }

    private static async Task<BenchLine> MeasureAsync(
        CommitteeLinks links, Member[] committee, int party, Func<MpcSession, Task<string>> job, int round,
        RingMemory memory, CancellationToken cancellation)
    {
        Digest id = Digest.Of("smpc-bench", default, BitConverter.GetBytes(round));
        SessionLink?[] connected = await Task.WhenAll(committee.Select((m, p) =>
            p == party ? Task.FromResult<SessionLink?>(null) : ConnectAsync(links, m, id, cancellation)));
        using var network = new TlsPartyNetwork(party, [.. connected.Select(l => l?.Stream)], SilenceMax);
        using MpcSession session = await MpcSession.StartAsync(
            network, id, RandomNumberGenerator.Fill, cancellation, memory: memory);
        var profile = new MpcProfile();
        session.Profile = profile;
        long start = Stopwatch.GetTimestamp();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long sent = network.BytesSent, exchanges = network.Exchanges;
        string outcome = await job(session);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double used = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        Array.ForEach(connected, l => l?.Dispose());
        using var process = Process.GetCurrentProcess();
        return new BenchLine(seconds, used, network.BytesSent - sent, network.Exchanges - exchanges, outcome,
            process.PeakWorkingSet64, session.PeakBufferBytes, profile.Finish());
    }

    /// <summary>From shared inputs to the opened verdicts, or to the hash of the new model.</summary>
    public static Func<MpcSession, Task<string>> JobOf(
        BenchOptions options, int party, CancellationToken cancellation)
    {
        if (options.Model != BenchOptions.Aggregate)
        {
            CheckJob check = MpcBench.Jobs(options.TryCreate(out _)!, options.Models, options.Batch, seed: 1)[party];
            check = options.Checks == BenchOptions.AllChecks ? MpcBench.WithAllChecks(check) : check;
            return async s => string.Concat(
                (await PoisoningCheck.RunAsync(s, check, cancellation)).Accepted.Select(a => a ? '1' : '0'));
        }

        AggregationJob sum = MpcBench.AggregationJobs(options.Models, options.Batch, seed: 1, party);
        GC.Collect();
        return async s =>
        {
            AggregationResult result = await SecureAggregation.RunAsync(s, sum, cancellation);
            return $"{new GlobalModel(
                Digest.Zero, FixedPoint.Default, ImmutableCollectionsMarshal.AsImmutableArray(result.Model)).Hash}";
        };
    }

    private static async Task<SessionLink?> ConnectAsync(
        CommitteeLinks links, Member peer, Digest id, CancellationToken cancellation) =>
        await links.ConnectAsync(peer, id, cancellation);
}
