using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>Drives one run of a scenario through its phases with made-up shares and models, as honest members would.
/// Each method commits one or a few blocks and leaves the run in the phase that follows.</summary>
public sealed class RoundScenario
{
    private readonly Dictionary<Digest, byte[]> _models = [];

    private RoundScenario(LedgerScenario chain, RunPlan plan)
    {
        Chain = chain;
        Plan = plan;
        Id = new RunId((uint)chain.State.Runs.Count + 1);
        Keep(GlobalModel.Initial(plan.Architecture, plan.Format, plan.InitialSeed));
        chain.Commit((chain.Network.Operator, new StartRunBody(plan)));
    }

    public LedgerScenario Chain { get; }

    public RunPlan Plan { get; }

    public RunId Id { get; }

    public RunState Run => Chain.Run(Id);

    /// <summary>Bytes by content hash of every model that this run has named.</summary>
    public IReadOnlyDictionary<Digest, byte[]> Models => _models;

    /// <summary>Submits StartRun.</summary>
    public static RoundScenario Start(LedgerScenario? chain = null, RunPlan? plan = null)
    {
        chain ??= new LedgerScenario();
        return new RoundScenario(chain, plan ?? TestPlans.Sound(chain.Network));
    }

    /// <summary>Approvals of all hospitals but those, and the pool where the plan has a check.</summary>
    public RoundScenario Approve(params MemberId[] except)
    {
        if (Plan.Policy.Enabled)
        {
            var pool = new PoolCommitment(TestPlans.Shares($"pool {Id}"), 64, 4096);
            Chain.Commit((Plan.PoolContributor, new CommitPoolBody(Id, pool)));
            Chain.Commit([.. Plan.Committee.Select(m => (m, (TransactionBody)new AttestPoolBody(Id)))]);
        }

        Chain.Commit([.. Plan.Hospitals.Except(except)
            .Select(h => (h, (TransactionBody)new ApprovePlanBody(Id, Run.PlanHash)))]);
        return PassUnlessQuota<ApprovalPhase>();
    }

    /// <summary>Commitments of all participants but those.</summary>
    public RoundScenario Train(params MemberId[] except)
    {
        Chain.Commit([.. Run.Participants.Except(except)
            .Select(h => (h, (TransactionBody)Update(h, (int)(100 + h.Value))))]);
        return PassUnlessQuota<TrainPhase>();
    }

    /// <summary>Attestations by the whole committee of all hospitals but those.</summary>
    public RoundScenario Attest(params MemberId[] except)
    {
        ImmutableArray<MemberId> held = [.. ((AttestPhase)Run.Phase).Commitments.Keys.Except(except).Order()];
        Chain.Commit([.. Plan.Committee.Select(m => (m, (TransactionBody)new AttestUpdatesBody(Id, Run.Round, held)))]);
        return PassUnlessQuota<AttestPhase>();
    }

    /// <summary>Verdicts of the whole committee; the fourth comes late.</summary>
    public RoundScenario Check(params MemberId[] poisoned)
    {
        VerdictVote vote = Verdict(poisoned);
        Chain.Commit([.. Plan.Committee.Select(m => (m, (TransactionBody)new CastVerdictBody(Id, Run.Round, vote)))]);
        return this;
    }

    /// <summary>Model votes of the whole committee on the model that this round is given.</summary>
    public RoundScenario Aggregate()
    {
        Digest model = RoundModel(Run.Round);
        var vote = new ModelVote(((AggregatePhase)Run.Phase).Attempt, model, new JobCost(2_000, 3, 120));
        Chain.Commit([.. Plan.Committee.Select(m => (m, (TransactionBody)new CastModelBody(Id, Run.Round, vote)))]);
        return this;
    }

    /// <summary>Metrics, then confirmations of all participants but those.</summary>
    public RoundScenario Publish(int accuracy = 900, params MemberId[] except)
    {
        int round = Run.Round;
        var metrics = new PublicMetrics(accuracy, [.. Enumerable.Repeat(accuracy, Plan.ClassNames.Length)], accuracy);
        Chain.Commit((Plan.PoolContributor, new ReportMetricsBody(Id, round, Run.Model, metrics)));
        Chain.Commit([.. Run.Participants.Except(except)
            .Select(h => (h, (TransactionBody)new ConfirmModelBody(Id, round, Run.Model)))]);
        return Run.Round == round ? PassUnlessQuota<PublishPhase>() : this;
    }

    /// <summary>One whole round.</summary>
    public RoundScenario Round(int accuracy = 900, params MemberId[] poisoned)
    {
        Train().Attest();
        if (Plan.Policy.Enabled)
        {
            Check(poisoned);
        }

        return (Run.Phase is AggregatePhase ? Aggregate() : this).Publish(accuracy);
    }

    /// <summary>The vote of an honest member.</summary>
    public VerdictVote Verdict(params MemberId[] poisoned)
    {
        var phase = (CheckPhase)Run.Phase;
        UInt128 bits = UInt128.Zero;
        for (int i = 0; i < phase.Hospitals.Length; i++)
        {
            bits |= poisoned.Contains(phase.Hospitals[i]) ? UInt128.Zero : UInt128.One << i;
        }

        byte[] transcript = new CanonicalWriter().Int32(Run.Round).Int32(phase.Attempt).ToArray();
        return new VerdictVote(phase.Attempt, bits, Digest.Of("test-transcript", default, transcript),
            new JobCost(1_000_000, 250, 900));
    }

    public CommitUpdateBody Update(MemberId hospital, int samples) =>
        new(Id, Run.Round, TestPlans.Shares($"{Id} {Run.Round} {hospital}"), samples, 4096);

    /// <summary>Hash of the model that the round is given; its bytes are then in <see cref="Models"/>.</summary>
    public Digest RoundModel(int round) => Keep(
        GlobalModel.Initial(Plan.Architecture, Plan.Format, Plan.InitialSeed + (ulong)round));

    private Digest Keep(GlobalModel model)
    {
        _models[model.Hash] = model.Encode();
        return model.Hash;
    }

    private RoundScenario PassUnlessQuota<TPhase>()
        where TPhase : Phase
    {
        if (Run.Phase is TPhase)
        {
            Chain.PassDeadline();
        }

        return this;
    }
}
