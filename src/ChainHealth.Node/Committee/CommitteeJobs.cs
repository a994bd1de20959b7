using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>A job cannot be done here; the reason goes on chain with the report.</summary>
internal sealed class JobException(string reason) : Exception(reason);

/// <summary>Runs this validator's part of the SMPC jobs and turns their results into transactions.</summary>
internal sealed class CommitteeJobs(
    MemberIdentity identity, NodeStore store, PackageReader packages, CommitteeSessions sessions,
    ReasonDesk reasons)
{
    /// <summary>A member that has not turned up after this time is named as silent.</summary>
    private static readonly TimeSpan MeetMax = TimeSpan.FromSeconds(15);

    /// <summary>Accepted bits and transcript as a vote.</summary>
    public async Task<TransactionBody> CheckAsync(
        RunState run, CheckPhase phase, ImmutableArray<Member> committee, DisputeJournal journal,
        CancellationToken cancellation)
    {
        int party = Party(run);
        RunPlan plan = run.Plan;
        PoolCommitment pool = run.Pool ?? throw new JobException("the run has no validation pool");
        GlobalModel global = Model(run, run.Model);
        List<SharePackage> opened = [];
        try
        {
            opened.AddRange(OpenUpdates(run, phase.Commitments, party));
            IReadOnlyList<SharePackage> updates = [.. opened];
            opened.Add(OpenPool(run, party));
            SharePackage? reference = OpenReference(run, party);
            opened.AddRange(reference is null ? [] : [reference]);
            var job = new CheckJob(
                plan.Architecture, plan.Format, global.Weights.AsMemory(), updates,
                [new PoolPart(opened[updates.Count], pool.Records)], Policy(run), Context(run, phase.Commitments))
            {
                Reference = reference,
                Previous = ModelBefore(run) is { } before ? [.. Model(run, before).Weights] : null,
                CommitOrder = Ranks([.. phase.Commitments.Values.Select(c => c.Order)]),
                Weights = Weights(phase.Commitments),
            };
            Refuse(PoisoningCheck.Fault(job));
            var key = new CommitteeJob(run.Id, run.Round, JobKind.Check, phase.Attempt);
            (CheckResult result, JobCost cost) = await sessions.RunAsync(
                Terms(key, phase.Dispute, committee, journal),
                s => PoisoningCheck.RunAsync(s, job, cancellation), cancellation);
            reasons.Keep(key, phase.Hospitals, result.Reasons);
            var vote = new VerdictVote(phase.Attempt, Bits(result.Accepted), result.Transcript, cost);
            return new CastVerdictBody(run.Id, run.Round, vote);
        }
        finally
        {
            opened.ForEach(p => p.Dispose());
        }
    }

    /// <summary>The new model's bytes are in the store before its hash is voted for.</summary>
    public async Task<TransactionBody> AggregateAsync(
        RunState run, AggregatePhase phase, ImmutableArray<Member> committee, DisputeJournal journal,
        CancellationToken cancellation)
    {
        int party = Party(run);
        GlobalModel global = Model(run, run.Model);
        List<SharePackage> opened = [];
        try
        {
            opened.AddRange(OpenUpdates(run, phase.Accepted, party));
            IReadOnlyList<SharePackage> updates = [.. opened];
            AggregateTest? test = null;
            if (run.Plan.Policy.Limits.TestsAggregate && run.Pool is { } pool)
            {
                opened.Add(OpenPool(run, party));
                test = new AggregateTest(run.Plan.Architecture, run.Plan.Format,
                    [new PoolPart(opened[^1], pool.Records)], Policy(run).DrawSize, run.Plan.Policy.Limits);
            }

            var job = new AggregationJob(
                updates, Weights(phase.Accepted), global.Weights.AsMemory(), Context(run, phase.Accepted))
            {
                Test = test,
            };
            Refuse(SecureAggregation.Fault(job));
            var key = new CommitteeJob(run.Id, run.Round, JobKind.Aggregate, phase.Attempt);
            (AggregationResult result, JobCost cost) = await sessions.RunAsync(
                Terms(key, phase.Dispute, committee, journal),
                s => SecureAggregation.RunAsync(s, job, cancellation), cancellation);
            if (result.Model is null)
            {
                var refusal = new ModelVote(phase.Attempt, run.Model, cost) { AggregateRefused = true };
                return new CastModelBody(run.Id, run.Round, refusal);
            }

            var model = new GlobalModel(run.Plan.Architecture.Hash, run.Plan.Format, [.. result.Model]);
            store.Models.Put(model.Hash, model.Encode());
            return new CastModelBody(run.Id, run.Round, new ModelVote(phase.Attempt, model.Hash, cost));
        }
        finally
        {
            opened.ForEach(p => p.Dispose());
        }
    }

    private SessionTerms Terms(
        CommitteeJob key, Dispute dispute, ImmutableArray<Member> committee, DisputeJournal journal)
    {
        int absent = committee.Select(m => m.Id).ToImmutableArray().IndexOf(dispute.Without ?? default);
        return new SessionTerms(
            key.SessionId(identity.Chain), committee, absent < 0 ? null : absent, MeetMax, journal);
    }

    private int Party(RunState run) => run.Plan.Committee.IndexOf(identity.Member.Id);

    /// <summary>The model that the one in force was made from; null in the first round, and where the last round left
    /// the model as it was.</summary>
    public static Digest? ModelBefore(RunState run) =>
        run.Records.Length > 1 && run.Records[^2].ModelBefore is var before && before != run.Model ? before : null;

    private GlobalModel Model(RunState run, Digest hash)
    {
        byte[] bytes = store.Models.Read(hash) ?? throw new JobException($"model {hash.Short} is not here");
        return GlobalModel.TryDecode(bytes, run.Plan.Architecture, out string? fault) ?? throw new JobException(fault!);
    }

    private IEnumerable<SharePackage> OpenUpdates(
        RunState run, ImmutableSortedDictionary<MemberId, UpdateCommitment> commitments, int party) =>
        commitments.Values.Select(c => Open(
            new PackageAddress(run.Id, run.Round, c.Hospital), party, c.Shares, run.Plan.Architecture.ParameterCount));

    private SharePackage Open(PackageAddress address, int party, ShareHashes committed, int elements) =>
        packages.Open(address, party, committed, elements, out string? fault) ?? throw new JobException(fault!);

    private SharePackage OpenPool(RunState run, int party)
    {
        PoolCommitment pool = run.Pool ?? throw new JobException("the run has no validation pool");
        return Open(new PackageAddress(run.Id, 0, run.Plan.PoolContributor), party, pool.Shares,
            PoolPart.LengthOf(run.Plan.Architecture, pool.Records));
    }

    /// <summary>Null where the round has none that the whole committee attested.</summary>
    private SharePackage? OpenReference(RunState run, int party) => RunRules.HasReference(run)
        ? Open(new PackageAddress(run.Id, run.Round, run.Plan.PoolContributor), party,
            run.Current!.Reference!.Shares, run.Plan.Architecture.ParameterCount)
        : null;

    private static CheckPolicy Policy(RunState run)
    {
        VerificationPolicy policy = run.Plan.Policy;
        return new CheckPolicy(
            Math.Min(policy.DrawSize, CheckPolicy.DrawSizeMax), policy.AccuracyMargin, policy.AccuracyFloor,
            policy.RecallMargin, policy.RecallFloor)
        {
            Limits = policy.Limits.ForRound(run.Round),
        };
    }

    private static int[] Weights(ImmutableSortedDictionary<MemberId, UpdateCommitment> commitments) =>
        [.. AggregationWeights.Of(commitments.Values).Values.Select(w => Math.Min(w, SecureAggregation.WeightMax))];

    /// <summary>Places 0, 1, 2, ... in the order of the numbers.</summary>
    private static int[] Ranks(int[] numbers) => [.. numbers.Select(n => numbers.Count(other => other < n))];

    private static void Refuse(string? fault)
    {
        if (fault is not null)
        {
            throw new JobException(fault);
        }
    }

    private static UInt128 Bits(IReadOnlyList<bool> accepted)
    {
        UInt128 bits = 0;
        for (int i = 0; i < accepted.Count; i++)
        {
            bits |= accepted[i] ? UInt128.One << i : 0;
        }

        return bits;
    }

    /// <summary>What is computed on: plan, round, model and the committed share hashes in their order.</summary>
    private Digest Context(RunState run, ImmutableSortedDictionary<MemberId, UpdateCommitment> commitments)
    {
        var writer = new CanonicalWriter();
        writer.UInt32(run.Id.Value).Int32(run.Round).Digest(run.PlanHash).Digest(run.Model);
        writer.List(run.Pool?.Shares.ToArray() ?? [], (w, d) => w.Digest(d));
        writer.List([.. commitments.Values], (w, c) =>
            w.UInt32(c.Hospital.Value).Int32(c.Samples).Int32(c.Order)
                .List(c.Shares.ToArray(), (x, d) => x.Digest(d)));
        writer.List(RunRules.HasReference(run) ? run.Current!.Reference!.Shares.ToArray() : [], (w, d) => w.Digest(d));
        return Digest.Of("smpc-context", identity.Chain, writer.Written);
    }
}
