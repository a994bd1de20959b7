using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class StateRootTests
{
    private static readonly LedgerState State = RoundScenario.Start().Approve().Round().Chain.State;

    private static readonly RunState Run = State.Runs[new RunId(1)];

    public static TheoryData<string, Func<LedgerState, LedgerState>> Changes => new()
    {
        { "chain", s => s with { Chain = Digest.Zero } },
        { "height", s => s with { Height = s.Height.Next } },
        { "time", s => s with { Time = new Instant(s.Time.UnixMs + 1) } },
        { "count", s => s with { TransactionCount = s.TransactionCount + 1 } },
        { "member", s => s with { Members = s.Members.Remove(new MemberId(9)) } },
        { "nonce", s => s with { Nonces = s.Nonces.SetItem(new MemberId(5), 99) } },
        { "motion", s => s with { Motions = s.Motions with { Open = s.Motions.Open.Add(
            Digest.Zero, new Motion(new NoteBody(default), new MemberId(1), default, [])) } } },
        { "scheduled", s => s with { Motions = s.Motions with { Scheduled =
            [new ReinstateMemberBody(new MemberId(5), default)] } } },
        { "suspension", s => s with { Suspensions = s.Suspensions.Add(
            new MemberId(5), new Suspension(new Height(9), "x")) } },
        { "evidence", s => s with { Evidence = [new Evidence(1, new MemberId(1), new MemberId(2), default, default,
            Contradictions.OfVotes(Samples.Network))] } },
        { "anchors", s => s with { Anchors = s.Anchors.Add(new MemberId(5),
            [new AuditAnchor(new MemberId(5), default, default, Digest.Zero, 1)]) } },
        { "models", s => s with { FinalModels = [] } },
        { "provider", s => With(s, r => r with { Provider = new MemberId(1) }) },
        { "plan", s => With(s, r => r with { PlanHash = Digest.Zero }) },
        { "participants", s => With(s, r => r with { Participants = r.Participants.Remove(new MemberId(5)) }) },
        { "pool", s => With(s, r => r with { Pool = null }) },
        { "round", s => With(s, r => r with { Round = 9 }) },
        { "model", s => With(s, r => r with { Model = Digest.Zero }) },
        { "run models", s => With(s, r => r with { Models = [] }) },
        { "since", s => With(s, r => r with { Phase = r.Phase with { Since = default } }) },
        { "deadline", s => With(s, r => r with { Phase = r.Phase with { Deadline = null } }) },
        { "phase", s => With(s, r => r with { Phase = new PublishPhase(r.Phase.Since, r.Phase.Deadline) }) },
        { "verdict", s => Record(s, r => r with { Outcomes =
            r.Outcomes.SetItem(0, r.Outcomes[0] with { Verdict = Verdict.Poisoned }) }) },
        { "reason", s => Record(s, r => r with { Outcomes =
            r.Outcomes.SetItem(0, r.Outcomes[0] with { Reason = "else" }) }) },
        { "kept", s => Record(s, r => r with { KeptOldModel = true }) },
        { "verified", s => Record(s, r => r with { VerifiedBy = [] }) },
        { "metrics", s => Record(s, r => r with { Metrics = null }) },
        { "times", s => Record(s, r => r with { Times = [] }) },
        { "cost", s => Record(s, r => r with { CheckCost = default }) },
        { "sum cost", s => Record(s, r => r with { AggregateCost = default }) },
        { "votes", s => Record(s, r => r with { VerdictVotes = r.VerdictVotes.Clear() }) },
        { "model votes", s => Record(s, r => r with { ModelVotes = r.ModelVotes.Clear() }) },
        { "failures", s => Record(s, r => r with { FailedAttempts = [new FailedAttempt("check", 1, [], "x")] }) },
        { "checked", s => Record(s, r => r with { Checked = [] }) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void The_root_covers_every_field(string field, Func<LedgerState, LedgerState> change)
    {
        Assert.NotEmpty(field);
        Assert.NotEqual(State.Root, change(State).Root);
    }

    [Fact]
    public void The_root_does_not_depend_on_what_was_computed_before()
    {
        LedgerState rebuilt = State with
        {
            Members = State.Members.ToImmutableSortedDictionary(m => m.Key, m => m.Value with { Name = m.Value.Name }),
            Nonces = State.Nonces.ToImmutableSortedDictionary(),
            Runs = State.Runs.ToImmutableSortedDictionary(
                r => r.Key, r => r.Value with { Records = [.. r.Value.Records.Select(x => x with { })] }),
            FinalModels = [.. State.FinalModels.Select(m => m with { })],
        };
        Assert.Equal(State.Root, rebuilt.Root);
    }

    [Fact]
    public void Two_chains_with_the_same_members_differ_in_their_roots()
    {
        Genesis genesis = Samples.Network.Genesis;
        LedgerState one = LedgerState.FromGenesis(genesis);
        LedgerState two = LedgerState.FromGenesis(genesis with { Name = "other" });
        Assert.NotEqual(one.Root, two.Root);
        Assert.Equal(one.Root, LedgerState.FromGenesis(genesis).Root);
    }

    private static LedgerState With(LedgerState state, Func<RunState, RunState> change) =>
        state with { Runs = state.Runs.SetItem(Run.Id, change(Run)) };

    private static LedgerState Record(LedgerState state, Func<RoundRecord, RoundRecord> change) =>
        With(state, run => run with { Records = run.Records.SetItem(0, change(run.Records[0])) });
}
