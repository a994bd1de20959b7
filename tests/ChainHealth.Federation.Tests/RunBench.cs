using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

/// <summary>A run outside of any ledger, with a clock. Acts that must be taken go through <see cref="Take"/>.</summary>
internal sealed class RunBench
{
    public static readonly TestNetwork Network = new();

    public static readonly Digest PlanHash = Digest.Sha256([1]);

    public RunBench(RunPlan? plan = null, ImmutableSortedDictionary<MemberId, History>? earlier = null)
    {
        Plan = plan ?? TestPlans.Sound(Network);
        Run = Must(RunRules.Create(new RunId(1), Network.Operator, Plan, PlanHash, Now));
        Run = Run with { Earlier = earlier ?? Run.Earlier };
    }

    public RunPlan Plan { get; }

    public RunState Run { get; private set; }

    public Instant Now { get; private set; } = new(1_000_000);

    public ImmutableArray<MemberId> Hospitals => Plan.Hospitals;

    public ImmutableArray<MemberId> Committee => Plan.Committee;

    public EndedPhase End => Assert.IsType<EndedPhase>(Run.Phase);

    public T In<T>()
        where T : Phase => Assert.IsType<T>(Run.Phase);

    public RunBench Take(Func<RunState, Instant, RunOutcome> act)
    {
        Run = Must(act(Run, Now));
        return this;
    }

    public string Refuse(Func<RunState, Instant, RunOutcome> act)
    {
        RunOutcome outcome = act(Run, Now);
        Assert.Null(outcome.Next);
        return Assert.IsType<string>(outcome.Fault);
    }

    public RunBench Pass(int milliseconds)
    {
        Now = new Instant(Now.UnixMs + milliseconds);
        Run = RunRules.Advance(Run, Now);
        return this;
    }

    public RunBench PassDeadline() =>
        Pass((int)(RunRules.NextDeadline(Run)!.Value.UnixMs - Now.UnixMs));

    public RunBench Pool()
    {
        Take((r, t) => RunRules.CommitPool(
            r, Plan.PoolContributor, new PoolCommitment(TestPlans.Shares("pool"), 64, 1000), t));
        foreach (MemberId member in Committee)
        {
            Take((r, t) => RunRules.AttestPool(r, member, t));
        }

        return this;
    }

    public RunBench Approve(int count = 5)
    {
        foreach (MemberId hospital in Hospitals.Take(count))
        {
            Take((r, t) => RunRules.Approve(r, hospital, PlanHash, t));
        }

        return this;
    }

    public RunBench Started(int approvals = 5)
    {
        if (Plan.Policy.Enabled)
        {
            Pool();
        }

        Approve(approvals);
        return Run.Phase is ApprovalPhase ? PassDeadline() : this;
    }

    public RunBench Update(MemberId hospital, int samples = 100) => Take((r, t) => RunRules.CommitUpdate(
        r, hospital, r.Round, TestPlans.Shares($"{r.Round} {hospital}"), samples, 1000, t));

    public RunBench Trained(int count = 5)
    {
        foreach (MemberId hospital in Run.Participants.Take(count))
        {
            Update(hospital);
        }

        return Run.Phase is TrainPhase ? PassDeadline() : this;
    }

    public RunBench Attested()
    {
        foreach (MemberId member in Committee)
        {
            Take((r, t) => RunRules.AttestUpdates(
                r, member, r.Round, [.. ((AttestPhase)r.Phase).Commitments.Keys], t));
        }

        return this;
    }

    public static VerdictVote Vote(ulong bits, int attempt = 1, byte transcript = 1) =>
        new(attempt, bits, Digest.Sha256([transcript]), new JobCost(10, 20, 30));

    public RunBench Verdict(int member, VerdictVote vote) =>
        Take((r, t) => RunRules.CastVerdict(r, Committee[member], r.Round, vote, t));

    public RunBench Checked(ulong bits = 0b11111)
    {
        for (int i = 0; i < 3; i++)
        {
            Verdict(i, Vote(bits));
        }

        return this;
    }

    public static ModelVote Model(byte content, int attempt = 1) =>
        new(attempt, Digest.Sha256([content]), new JobCost(1, 2, 3));

    public RunBench ModelVote(int member, ModelVote vote) =>
        Take((r, t) => RunRules.CastModel(r, Committee[member], r.Round, vote, t));

    public RunBench Aggregated(byte content = 9)
    {
        for (int i = 0; i < 3; i++)
        {
            ModelVote(i, Model(content));
        }

        return this;
    }

    public RunBench Confirm(MemberId hospital) =>
        Take((r, t) => RunRules.ConfirmModel(r, hospital, r.Round, r.Model, t));

    public static PublicMetrics Metrics(int accuracy = 900) => new(accuracy, [accuracy, accuracy], 950);

    public RunBench Report(int accuracy = 900) => Take((r, t) =>
        RunRules.ReportMetrics(r, Plan.PoolContributor, r.Round, r.Model, Metrics(accuracy), t));

    public RunBench Published(int accuracy = 900)
    {
        Report(accuracy);
        foreach (MemberId hospital in Run.Participants)
        {
            Confirm(hospital);
        }

        return this;
    }

    private static RunState Must(RunOutcome outcome)
    {
        Assert.Null(outcome.Fault);
        return outcome.Next!;
    }
}
