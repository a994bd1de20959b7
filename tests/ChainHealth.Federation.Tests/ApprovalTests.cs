using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class ApprovalTests
{
    private static readonly PoolCommitment Pool = new(TestPlans.Shares("pool"), 64, 1000);

    [Fact]
    public void O1_training_begins_when_all_have_approved_and_the_whole_committee_attested_the_pool()
    {
        RunBench bench = new RunBench().Approve();
        bench.In<ApprovalPhase>();
        bench.Pool();
        Assert.Equal(bench.Hospitals, bench.Run.Participants.Order());
        Assert.Equal((1, 64), (bench.Run.Round, bench.Run.Pool!.Records));
        Assert.Equal(bench.Now, bench.In<TrainPhase>().Since);
    }

    [Fact]
    public void O2_a_hospital_approves_once_and_by_the_right_hash()
    {
        RunBench bench = new RunBench().Approve(1);
        MemberId first = bench.Hospitals[0], second = bench.Hospitals[1];
        Assert.Contains("already", bench.Refuse((r, t) => RunRules.Approve(r, first, RunBench.PlanHash, t)));
        Assert.Contains("names plan", bench.Refuse((r, t) => RunRules.Approve(r, second, Digest.Zero, t)));
        Assert.Contains("roster", bench.Refuse((r, t) =>
            RunRules.Approve(r, new MemberId(99), RunBench.PlanHash, t)));
    }

    [Fact]
    public void O3_the_pool_is_committed_once_by_its_contributor_within_limits()
    {
        var bench = new RunBench();
        MemberId contributor = bench.Plan.PoolContributor;
        Assert.Contains("not the pool contributor",
            bench.Refuse((r, t) => RunRules.CommitPool(r, bench.Hospitals[0], Pool, t)));
        Assert.Contains("31 pool records", bench.Refuse((r, t) =>
            RunRules.CommitPool(r, contributor, Pool with { Records = 31 }, t)));
        Assert.Contains("10001 pool records", bench.Refuse((r, t) =>
            RunRules.CommitPool(r, contributor, Pool with { Records = 10_001 }, t)));
        Assert.Contains("bytes of pool packages", bench.Refuse((r, t) =>
            RunRules.CommitPool(r, contributor, Pool with { PackageBytes = long.MaxValue }, t)));
        bench.Take((r, t) => RunRules.CommitPool(r, contributor, Pool, t));
        Assert.Contains("already", bench.Refuse((r, t) => RunRules.CommitPool(r, contributor, Pool, t)));
    }

    [Fact]
    public void O3_a_plan_without_a_check_has_no_pool()
    {
        var bench = new RunBench(TestPlans.Sound(RunBench.Network, check: false));
        Assert.Contains("no check", bench.Refuse((r, t) =>
            RunRules.CommitPool(r, bench.Plan.PoolContributor, Pool, t)));
        bench.Approve().In<TrainPhase>();
    }

    [Fact]
    public void O4_the_pool_is_attested_by_each_member_once_after_its_commitment()
    {
        var bench = new RunBench();
        MemberId member = bench.Committee[0];
        Assert.Contains("no pool", bench.Refuse((r, t) => RunRules.AttestPool(r, member, t)));
        bench.Take((r, t) => RunRules.CommitPool(r, bench.Plan.PoolContributor, Pool, t))
            .Take((r, t) => RunRules.AttestPool(r, member, t));
        Assert.Contains("already", bench.Refuse((r, t) => RunRules.AttestPool(r, member, t)));
        Assert.Contains("committee", bench.Refuse((r, t) => RunRules.AttestPool(r, bench.Hospitals[0], t)));
    }

    [Fact]
    public void O5_the_deadline_starts_training_with_those_who_approved()
    {
        RunBench bench = new RunBench().Pool().Approve(3).PassDeadline();
        bench.In<TrainPhase>();
        Assert.Equal(bench.Hospitals.Take(3), bench.Run.Participants.Order());
    }

    [Fact]
    public void O6_too_few_approvals_end_the_run_and_the_missing_are_named()
    {
        RunBench bench = new RunBench().Pool().Approve(2).PassDeadline();
        Assert.Equal(RunEnd.Failed, bench.End.End);
        Assert.Equal("plan: 2 of 5 approvals by the deadline, 3 needed; missing m7, m8, m9", bench.End.Reason);
    }

    [Fact]
    public void O7_no_pool_by_the_deadline_ends_the_run()
    {
        RunBench bench = new RunBench().Approve().PassDeadline();
        Assert.Equal("plan: no validation pool by the deadline; missing m10", bench.End.Reason);
        RunBench other = new RunBench().Approve()
            .Take((r, t) => RunRules.CommitPool(r, r.Plan.PoolContributor, Pool, t))
            .Take((r, t) => RunRules.AttestPool(r, r.Plan.Committee[1], t)).PassDeadline();
        Assert.Equal("plan: validation pool attested by 1 of 4 by the deadline; missing m1, m3, m4", other.End.Reason);
    }

    [Fact]
    public void O7_one_member_without_the_pool_computes_nothing_in_this_run()
    {
        RunBench bench = new RunBench().Approve()
            .Take((r, t) => RunRules.CommitPool(r, r.Plan.PoolContributor, Pool, t));
        foreach (MemberId member in bench.Committee.Skip(1))
        {
            bench.Take((r, t) => RunRules.AttestPool(r, member, t));
        }

        bench.In<ApprovalPhase>();
        bench.PassDeadline().In<TrainPhase>();
        Assert.Equal([bench.Committee[0]], bench.Run.Standing.Excluded);
    }

    [Fact]
    public void S1_only_its_provider_stops_a_run_and_only_once()
    {
        RunBench bench = new RunBench().Started();
        Assert.Contains("cannot stop", bench.Refuse((r, t) => RunRules.Stop(r, r.Plan.PoolContributor, "", t)));
        bench.Take((r, t) => RunRules.Stop(r, RunBench.Network.Operator, "enough", t));
        Assert.Equal((RunEnd.Stopped, "enough"), (bench.End.End, bench.End.Reason));
        Assert.Contains("has ended", bench.Refuse((r, t) => RunRules.Stop(r, RunBench.Network.Operator, "", t)));
        Assert.Null(RunRules.NextDeadline(bench.Run));
    }
}
