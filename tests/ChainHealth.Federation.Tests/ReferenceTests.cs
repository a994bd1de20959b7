using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class ReferenceTests
{
    private static readonly RunPlan Plan = TestPlans.WithEveryCheck(RunBench.Network);

    private static RunBench InTraining() => new RunBench(Plan).Started();

    private static RunBench Reference(RunBench bench, string label = "reference") => bench.Take((r, t) =>
        RunRules.CommitReference(r, Plan.PoolContributor, r.Round, TestPlans.Shares(label), 900, t));

    private static string Refused(
        RunBench bench, MemberId actor, int round = 1, string label = "x", long bytes = 900) =>
        bench.Refuse((r, t) => RunRules.CommitReference(r, actor, round, TestPlans.Shares(label), bytes, t));

    private static RunBench AttestedReference(RunBench bench, int members = 4)
    {
        foreach (MemberId member in bench.Committee.Take(members))
        {
            bench.Take((r, t) => RunRules.AttestReference(r, member, 1, t));
        }

        return bench;
    }

    [Fact]
    public void T7_training_waits_for_the_reference_of_a_plan_that_checks_cosines()
    {
        RunBench bench = InTraining();
        bench.Hospitals.ToList().ForEach(h => bench.Update(h));
        bench.In<TrainPhase>();
        Reference(bench).In<AttestPhase>();
        bench.Attested().In<AttestPhase>();
        AttestedReference(bench).In<CheckPhase>();
        Assert.True(RunRules.HasReference(bench.Run));
    }

    [Fact]
    public void T7_only_the_contributor_commits_to_a_reference_and_once()
    {
        RunBench bench = InTraining().Update(RunBench.Network.HospitalIds[0]);
        Assert.Contains("not the pool contributor", Refused(bench, bench.Hospitals[1]));
        Assert.Contains("round 2", Refused(bench, Plan.PoolContributor, round: 2));
        Assert.Contains("bytes", Refused(bench, Plan.PoolContributor, bytes: 0));
        Assert.Contains($"those of {bench.Hospitals[0]}",
            Refused(bench, Plan.PoolContributor, label: $"1 {bench.Hospitals[0]}"));
        Reference(bench);
        Assert.Contains("already", Refused(bench, Plan.PoolContributor));
        Assert.Contains("reference update", bench.Refuse((r, t) => RunRules.CommitUpdate(
            r, bench.Hospitals[1], 1, TestPlans.Shares("reference"), 100, 900, t)));
        RunBench other = new RunBench().Started();
        Assert.Contains("compares nothing", Refused(other, other.Plan.PoolContributor));
    }

    [Fact]
    public void C6_without_a_reference_at_the_deadline_the_check_goes_on()
    {
        RunBench bench = InTraining();
        bench.Hospitals.ToList().ForEach(h => bench.Update(h));
        bench.PassDeadline().Attested().In<CheckPhase>();
        Assert.Null(bench.Run.Current!.Reference);
        Assert.False(RunRules.HasReference(bench.Run));
    }

    [Fact]
    public void C6_a_reference_that_one_member_lacks_is_not_used_and_the_record_says_who_attested()
    {
        RunBench bench = Reference(InTraining());
        bench.Hospitals.ToList().ForEach(h => bench.Update(h));
        AttestedReference(bench.Attested(), members: 3);
        bench.In<AttestPhase>();
        Assert.Contains("already", bench.Refuse((r, t) => RunRules.AttestReference(r, bench.Committee[0], 1, t)));
        Assert.Contains("committee", bench.Refuse((r, t) => RunRules.AttestReference(r, bench.Hospitals[0], 1, t)));
        bench.PassDeadline().In<CheckPhase>();
        Assert.False(RunRules.HasReference(bench.Run));
        Assert.Equal(bench.Committee.Take(3), bench.Run.Current!.Reference!.AttestedBy.Order());
    }

    [Fact]
    public void Commitments_carry_their_order_on_the_chain()
    {
        RunBench bench = InTraining();
        bench.Update(bench.Hospitals[3]).Update(bench.Hospitals[0]).Update(bench.Hospitals[4]);
        Assert.Equal([1, 0, 2], bench.In<TrainPhase>().Commitments.Values.Select(c => c.Order));
    }
}
