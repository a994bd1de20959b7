using System.Collections.Immutable;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Federation.Tests;

public class TrainTests
{
    [Fact]
    public void T1_a_participant_commits_once_and_in_the_current_round()
    {
        RunBench bench = new RunBench().Started(approvals: 4);
        MemberId first = bench.Hospitals[0], second = bench.Hospitals[1], stranger = bench.Hospitals[4];
        bench.Update(first);
        Assert.Contains("already", Refused(bench, first, 1, "x", 10, 10));
        Assert.Contains("not the current", Refused(bench, second, 2, "x", 10, 10));
        Assert.Contains("not a participant", Refused(bench, stranger, 1, "x", 10, 10));
        Assert.Equal(100, bench.Run.Current!.Outcomes[0].Commitment!.Samples);
    }

    [Theory]
    [InlineData(0, 10, "0 samples")]
    [InlineData(10_000_001, 10, "samples")]
    [InlineData(1, 0, "0 bytes")]
    [InlineData(1, 100_000_000, "bytes of packages")]
    public void T2_samples_and_package_bytes_have_limits(int samples, long bytes, string words)
    {
        RunBench bench = new RunBench().Started();
        Assert.Contains(words, Refused(bench, bench.Hospitals[0], 1, "x", samples, bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void T3_the_share_hashes_of_another_hospital_are_refused()
    {
        RunBench bench = new RunBench().Started();
        bench.Update(bench.Hospitals[0]);
        Assert.Contains("those of m5", Refused(bench, bench.Hospitals[1], 1, "1 m5", 10, 10));
    }

    [Fact]
    public void T4_the_last_commitment_ends_the_phase_early()
    {
        RunBench bench = new RunBench().Started().Pass(1234).Trained();
        Assert.Equal(5, bench.In<AttestPhase>().Commitments.Count);
        PhaseTime time = Assert.Single(bench.Run.Current!.Times);
        Assert.Equal(("train", 1234L), (time.Phase, time.Milliseconds));
    }

    [Fact]
    public void T5_who_has_not_committed_by_the_deadline_is_missing()
    {
        RunBench bench = new RunBench().Started().Trained(3);
        Assert.Equal(3, bench.In<AttestPhase>().Commitments.Count);
        Assert.Equal(
            [Verdict.Pending, Verdict.Pending, Verdict.Pending, Verdict.Missing, Verdict.Missing],
            bench.Run.Current!.Outcomes.Select(o => o.Verdict));
    }

    [Fact]
    public void T6_too_few_updates_end_the_run_and_the_missing_are_named()
    {
        RunBench bench = new RunBench().Started().Trained(2);
        Assert.Equal(RunEnd.Failed, bench.End.End);
        Assert.Equal(
            "round 1: 2 of 5 updates by the deadline, 3 needed; missing m7, m8, m9", bench.End.Reason);
        Assert.Contains("does not belong", bench.Refuse((r, t) =>
            RunRules.CommitUpdate(r, bench.Hospitals[3], 1, TestPlans.Shares("x"), 1, 1, t)));
    }

    [Fact]
    public void C1_the_committee_attests_in_parts_each_hospital_once()
    {
        RunBench bench = new RunBench().Started().Trained();
        MemberId member = bench.Committee[0];
        ImmutableArray<MemberId> some = bench.Hospitals[..2];
        bench.Take((r, t) => RunRules.AttestUpdates(r, member, 1, some, t));
        Assert.Contains("attested m5 already", Attest(bench, member, [bench.Hospitals[0]]));
        Assert.Contains("ascending", Attest(bench, member, [bench.Hospitals[3], bench.Hospitals[2]]));
        Assert.Contains("ascending", Attest(bench, member, [bench.Hospitals[3], bench.Hospitals[3]]));
        Assert.Contains("1 to 64", Attest(bench, member, []));
        Assert.Contains("not in the committee", Attest(bench, bench.Hospitals[0], some));
        Assert.Contains("m0 has not committed", Attest(bench, member, [new MemberId(0)]));
        Assert.Contains("has not committed", Attest(bench, member, [new MemberId(77)]));
        bench.Take((r, t) => RunRules.AttestUpdates(r, member, 1, bench.Hospitals[2..], t));
        bench.In<AttestPhase>();
    }

    [Fact]
    public void C2_the_last_attestation_begins_the_check() =>
        Assert.Equal(5, new RunBench().Started().Trained().Attested().In<CheckPhase>().Hospitals.Length);

    [Fact]
    public void C3_whose_shares_one_member_lacks_at_the_deadline_is_missing()
    {
        RunBench bench = new RunBench().Started().Trained();
        foreach (MemberId member in bench.Committee)
        {
            int from = member == bench.Committee[3] ? 1 : 0;
            bench.Take((r, t) => RunRules.AttestUpdates(r, member, 1, bench.Hospitals[from..], t));
        }

        bench.In<AttestPhase>();
        bench.PassDeadline();
        Assert.Equal(bench.Hospitals.Skip(1), bench.In<CheckPhase>().Hospitals);
        Assert.Equal(
            (Verdict.Missing, "shares not attested by m4"),
            (bench.Run.Current!.Outcomes[0].Verdict, bench.Run.Current.Outcomes[0].Reason));
    }

    [Fact]
    public void C3_a_member_that_attests_hardly_anything_is_left_out_and_its_hospitals_stay()
    {
        RunBench bench = new RunBench().Started().Trained();
        foreach (MemberId member in bench.Committee)
        {
            int count = member == bench.Committee[3] ? 2 : 5;
            bench.Take((r, t) => RunRules.AttestUpdates(r, member, 1, bench.Hospitals[..count], t));
        }

        bench.PassDeadline();
        Assert.Equal(5, bench.In<CheckPhase>().Hospitals.Length);
        Assert.Equal(bench.Committee[3], bench.In<CheckPhase>().Dispute.Without);
        bench.Checked().Aggregated().Published();

        // In the next round it is not waited for, until it attests again.
        bench.Trained();
        foreach (MemberId member in bench.Committee.Take(3))
        {
            bench.Take((r, t) => RunRules.AttestUpdates(r, member, 2, bench.Hospitals, t));
        }

        Assert.Equal(bench.Committee[3], bench.In<CheckPhase>().Dispute.Without);
    }

    [Fact]
    public void C3_a_member_that_comes_back_is_heard()
    {
        RunBench bench = new RunBench().Started().Trained();
        foreach (MemberId member in bench.Committee.Take(3))
        {
            bench.Take((r, t) => RunRules.AttestUpdates(r, member, 1, bench.Hospitals, t));
        }

        bench.PassDeadline().Checked().Aggregated().Published().Trained();
        Assert.Equal(bench.Committee[3], bench.Run.Standing.Silent);
        bench.Take((r, t) => RunRules.AttestUpdates(r, bench.Committee[3], 2, bench.Hospitals, t));
        Assert.Null(bench.Run.Standing.Silent);
        foreach (MemberId member in bench.Committee.Take(3))
        {
            bench.In<AttestPhase>();
            bench.Take((r, t) => RunRules.AttestUpdates(r, member, 2, bench.Hospitals, t));
        }

        Assert.Null(bench.In<CheckPhase>().Dispute.Without);
    }

    [Fact]
    public void C4_too_few_attested_updates_end_the_run()
    {
        RunBench bench = new RunBench().Started().Trained().PassDeadline();
        Assert.Equal("round 1: 0 of 5 updates with attested shares by the deadline, 3 needed; "
            + "missing m5, m6, m7, m8, m9", bench.End.Reason);
    }

    [Fact]
    public void C5_without_a_check_the_updates_are_summed_unchecked()
    {
        RunBench bench = new RunBench(TestPlans.Sound(RunBench.Network, check: false)).Started().Trained().Attested();
        Assert.Equal(5, bench.In<AggregatePhase>().Accepted.Count);
        Assert.All(bench.Run.Current!.Outcomes, o => Assert.Equal(Verdict.Unchecked, o.Verdict));
    }

    private static string Refused(
        RunBench bench, MemberId hospital, int round, string label, int samples, long bytes) =>
        bench.Refuse((r, t) =>
            RunRules.CommitUpdate(r, hospital, round, TestPlans.Shares(label), samples, bytes, t));

    private static string Attest(RunBench bench, MemberId member, ImmutableArray<MemberId> hospitals) =>
        bench.Refuse((r, t) => RunRules.AttestUpdates(r, member, 1, hospitals, t));
}
