using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Runs one attempt of a job with the three other committee members and makes the vote of its outcome.</summary>
internal sealed class JobRunner(
    MemberIdentity identity, CommitteeLinks links, ShareOpener shares, ModelSource models, IModelStore store)
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(30);

    private long _bytesSent;

    public long BytesSent => Interlocked.Read(ref _bytesSent);

    /// <exception cref="MpcAbortException">A party deviated, is silent or was lost.</exception>
    /// <exception cref="InvalidDataException">A share or the model that is needed is not here.</exception>
    public async Task<TransactionBody> RunAsync(
        LedgerState state, RunState run, CommitteeJob job, CancellationToken cancellation)
    {
        GlobalModel global = await models.GetAsync(run, cancellation);
        Digest id = job.SessionId(identity.Chain);
        int party = run.Plan.Committee.IndexOf(identity.Member.Id);
        using var held = new HeldShares();
        SessionLink?[] connected = await ConnectAsync(state, run, id, party, cancellation);
        try
        {
            using var network = new TlsPartyNetwork(party, [.. connected.Select(l => l?.Stream)], SilenceMax);
            try
            {
                using MpcSession session = await MpcSession.StartAsync(
                    network, id, RandomNumberGenerator.Fill, cancellation);
                return job.Kind == JobKind.Check
                    ? await CheckAsync(session, run, global, held, cancellation)
                    : await AggregateAsync(session, run, global, held, cancellation);
            }
            finally
            {
                Interlocked.Add(ref _bytesSent, network.BytesSent);
            }
        }
        finally
        {
            Array.ForEach(connected, l => l?.Dispose());
        }
    }

    private async Task<SessionLink?[]> ConnectAsync(
        LedgerState state, RunState run, Digest session, int party, CancellationToken cancellation)
    {
        using var allOrNone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<SessionLink>?[] pending =
        [
            .. run.Plan.Committee.Select((member, p) =>
                p == party ? null : links.ConnectAsync(state.Members[member], session, allOrNone.Token)),
        ];
        try
        {
            await Task.WhenAll(pending.OfType<Task<SessionLink>>());
        }
        catch
        {
            await allOrNone.CancelAsync();
            Array.ForEach(pending, p => p?.ContinueWith(
                t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default));
            throw;
        }

        return [.. pending.Select(p => p?.Result)];
    }

    private async Task<TransactionBody> CheckAsync(
        MpcSession session, RunState run, GlobalModel global, HeldShares held, CancellationToken cancellation)
    {
        var phase = (CheckPhase)run.Phase;
        VerificationPolicy policy = run.Plan.Policy;
        SharePackage pool = held.Hold(shares.TryOpenPool(run, out string? fault), "the pool", fault);
        var job = new CheckJob(
            run.Plan.Architecture, run.Plan.Format, global.Weights.AsMemory(),
            OpenAll(run, phase.Commitments.Values, held),
            [new PoolPart(pool, run.Pool!.Records)],
            new CheckPolicy(
                policy.DrawSize, policy.AccuracyMargin, policy.AccuracyFloor, policy.RecallMargin, policy.RecallFloor),
            run.PlanHash);
        long start = Stopwatch.GetTimestamp();
        CheckResult result = await PoisoningCheck.RunAsync(session, job, cancellation);
        UInt128 bits = UInt128.Zero;
        for (int i = 0; i < result.Accepted.Count; i++)
        {
            bits |= result.Accepted[i] ? UInt128.One << i : UInt128.Zero;
        }

        return new CastVerdictBody(run.Id, run.Round, new VerdictVote(
            phase.Attempt, bits, result.Transcript, CostOf(result.Statistics, start)));
    }

    private async Task<TransactionBody> AggregateAsync(
        MpcSession session, RunState run, GlobalModel global, HeldShares held, CancellationToken cancellation)
    {
        var phase = (AggregatePhase)run.Phase;
        ImmutableSortedDictionary<MemberId, int> weights = AggregationWeights.Of(phase.Accepted.Values);
        var job = new AggregationJob(
            OpenAll(run, phase.Accepted.Values, held), [.. weights.Values], global.Weights.AsMemory(), run.PlanHash);
        long start = Stopwatch.GetTimestamp();
        AggregationResult result = await SecureAggregation.RunAsync(session, job, cancellation);
        var model = new GlobalModel(global.Architecture, global.Format, [.. result.Model]);
        store.Write(model.Hash, model.Encode());
        return new CastModelBody(run.Id, run.Round, new ModelVote(
            phase.Attempt, model.Hash, CostOf(result.Statistics, start)));
    }

    /// <summary>In ascending order of hospital id: bit i of the verdict is the i-th of them.</summary>
    private IReadOnlyList<SharePackage> OpenAll(
        RunState run, IEnumerable<UpdateCommitment> updates, HeldShares held) =>
    [
        .. updates.OrderBy(u => u.Hospital).Select(u =>
            held.Hold(shares.TryOpenUpdate(run, u, out string? fault), $"the update of {u.Hospital}", fault)),
    ];

    private static JobCost CostOf(MpcStatistics statistics, long start) => new(
        statistics.BytesSent, (int)statistics.Exchanges, (int)Stopwatch.GetElapsedTime(start).TotalMilliseconds);

    /// <summary>Opened shares live as long as their job.</summary>
    private sealed class HeldShares : IDisposable
    {
        private readonly List<SharePackage> _held = [];

        public SharePackage Hold(SharePackage? package, string what, string? fault)
        {
            _held.Add(package ?? throw new InvalidDataException($"{what}: {fault}"));
            return package;
        }

        public void Dispose() => _held.ForEach(p => p.Dispose());
    }
}
