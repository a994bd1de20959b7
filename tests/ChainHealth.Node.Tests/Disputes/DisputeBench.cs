using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Node.Tests;

/// <summary>A run in its check phase, to which the ends of attempts are told as the validators would: honest parties
/// vote, report and state; the liar votes like the others if it can, and says nothing in a dispute.</summary>
internal sealed class DisputeBench
{
    private static readonly Digest PlanHash = Digest.Sha256([1]);

    private readonly int _liar;
    private RunState _run;
    private Instant _now = new(1_000_000);

    public DisputeBench(TestNetwork network, int liar)
    {
        _liar = liar;
        RunPlan plan = TestPlans.Sound(network);
        _run = RunRules.Create(new RunId(1), network.Operator, plan, PlanHash, _now).Next!;
        Act(r => RunRules.CommitPool(
            r, plan.PoolContributor, new PoolCommitment(TestPlans.Shares("pool"), 64, 1000), _now));
        foreach (MemberId member in plan.Committee)
        {
            Act(r => RunRules.AttestPool(r, member, _now));
        }

        foreach (MemberId hospital in plan.Hospitals)
        {
            Act(r => RunRules.Approve(r, hospital, PlanHash, _now));
        }

        foreach (MemberId hospital in plan.Hospitals)
        {
            Act(r => RunRules.CommitUpdate(r, hospital, 1, TestPlans.Shares($"{hospital}"), 100, 1000, _now));
        }

        foreach (MemberId member in plan.Committee)
        {
            Act(r => RunRules.AttestUpdates(r, member, 1, plan.Hospitals, _now));
        }
    }

    /// <summary>The check while it is undecided.</summary>
    public CheckPhase? Open => _run.Phase as CheckPhase;

    public UInt128 Verdict
    {
        get
        {
            HospitalOutcome[] outcomes = [.. _run.Current!.Outcomes];
            return outcomes.Select((o, i) => o.Verdict == Federation.Verdict.Accepted ? UInt128.One << i : 0)
                .Aggregate((a, b) => a | b);
        }
    }

    public int? Seat(MemberId? member) => member is { } m ? _run.Plan.Committee.IndexOf(m) : null;

    /// <summary>True where the attempt was given up; then nobody but the liar stands accused alone.</summary>
    public bool Tell(PartyEnd?[] ends)
    {
        int attempt = Open!.Attempt;
        foreach (int party in Enumerable.Range(0, ends.Length).Where(p => ends[p] is not null))
        {
            Speak(party, ends[party]!, attempt);
        }

        foreach (int party in Enumerable.Range(0, ends.Length).Where(p => ends[p] is not null && p != _liar))
        {
            State(party, ends[party]!);
        }

        while (Open is { } open && open.Attempt == attempt)
        {
            _now = RunRules.NextDeadline(_run)!.Value;
            _run = RunRules.Advance(_run, _now);
        }

        Assert.IsNotType<EndedPhase>(_run.Phase);
        MemberId liar = _run.Plan.Committee[_liar];
        CommitteeStanding standing = _run.Standing;
        string why = _run.Current!.FailedAttempts.LastOrDefault()?.Reason ?? "";
        Assert.True(standing.Excluded.All(m => m == liar), why);
        Assert.True(standing.Silent is null || standing.Silent == liar, why);
        Assert.True(standing.Suspects is not { } pair || pair.Contains(liar), why);
        return !_run.Current!.FailedAttempts.IsEmpty;
    }

    private void Speak(int party, PartyEnd end, int attempt)
    {
        if (Open is not { } phase || phase.Attempt != attempt)
        {
            return;
        }

        MemberId self = _run.Plan.Committee[party];
        if (end.Result is { } result)
        {
            var vote = new VerdictVote(attempt, LiarTests.Bits(result), result.Transcript, new JobCost(1, 1, 1));
            Act(r => RunRules.CastVerdict(r, self, 1, vote, _now));
        }
        else if (party != _liar)
        {
            Act(r => RunRules.ReportFault(
                r, self, 1, FaultReports.Of(attempt, end.Abort!, r.Plan.Committee), _now));
        }
    }

    private void State(int party, PartyEnd end)
    {
        MemberId self = _run.Plan.Committee[party];
        if (Open?.Dispute is not { } dispute || !dispute.MustState(self))
        {
            return;
        }

        FaultReport report = dispute.Open!;
        ImmutableArray<Digest>? found = end.Journal.Find((ulong)report.Exchange, Seat(report.Accused)!.Value,
            Seat(report.Witness)!.Value, Seat(dispute.Asked)!.Value);
        Assert.True(found is not null, $"{self} has no copy for {report} of {dispute.Asked}: {end.Abort?.Message}");
        ImmutableArray<Digest> copies = found.Value;
        Act(r => RunRules.StateCopies(r, self, 1, new CopyStatement(report.Attempt, report.Exchange, report.Accused,
            report.Witness, dispute.Asked!.Value, copies), _now));
    }

    private void Act(Func<RunState, RunOutcome> act)
    {
        RunOutcome outcome = act(_run);
        Assert.Null(outcome.Fault);
        _run = outcome.Next!;
    }
}
