using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Ledger.Tests;

public class RoleTests
{
    private static readonly LedgerScenario Chain = new(Samples.Network);

    private static readonly Dictionary<TransactionKind, MemberRole[]> Allowed = new()
    {
        [TransactionKind.AdmitMember] = [MemberRole.Validator],
        [TransactionKind.StartRun] = [MemberRole.Provider],
        [TransactionKind.StopRun] = [MemberRole.Provider],
        [TransactionKind.ApprovePlan] = [MemberRole.Hospital],
        [TransactionKind.CommitPool] = [MemberRole.Provider],
        [TransactionKind.AttestPool] = [MemberRole.Validator],
        [TransactionKind.CommitUpdate] = [MemberRole.Hospital],
        [TransactionKind.AttestUpdates] = [MemberRole.Validator],
        [TransactionKind.CastVerdict] = [MemberRole.Validator],
        [TransactionKind.CastModel] = [MemberRole.Validator],
        [TransactionKind.ReportAbort] = [MemberRole.Validator],
        [TransactionKind.ConfirmModel] = [MemberRole.Hospital],
        [TransactionKind.ReportMetrics] = [MemberRole.Provider],
        [TransactionKind.CommitReference] = [MemberRole.Provider],
        [TransactionKind.AttestReference] = [MemberRole.Validator],
        [TransactionKind.SuspendMember] = [MemberRole.Validator],
        [TransactionKind.ReinstateMember] = [MemberRole.Validator],
        [TransactionKind.RotateMemberKeys] = [MemberRole.Validator],
        [TransactionKind.AnchorDataset] = [MemberRole.Hospital, MemberRole.Provider],
        [TransactionKind.AnchorAudit] = [MemberRole.Observer],
        [TransactionKind.ProposeMember] = [MemberRole.Provider, MemberRole.Observer],
        [TransactionKind.ReportFault] = [MemberRole.Validator],
        [TransactionKind.StateCopies] = [MemberRole.Validator],
    };

    [Fact]
    public void Each_kind_is_refused_from_every_role_but_its_own()
    {
        MemberId[] senders =
        [
            Samples.Network.ValidatorIds[0], Samples.Network.HospitalIds[0], Samples.Network.Provider,
            Samples.Network.Dashboard,
        ];
        foreach (TransactionBody body in Samples.Bodies)
        {
            var kind = (TransactionKind)Samples.Signed(body).Bytes.Span[44];
            foreach (MemberId sender in senders)
            {
                MemberRole role = Chain.State.Members[sender].Role;
                bool byRole = Chain.Refusal(sender, body)?.Contains("is for members with the role") == true;
                Assert.Equal(!Allowed.TryGetValue(kind, out MemberRole[]? own) || own.Contains(role), !byRole);
            }
        }
    }

    [Fact]
    public void Any_member_may_leave_a_note_within_its_limit()
    {
        MemberId dashboard = Samples.Network.Dashboard;
        Assert.Null(Chain.Refusal(dashboard, new NoteBody(new ByteString(new byte[NoteBody.BytesMax]))));
        Assert.Contains("at most 65536", Chain.Refusal(
            dashboard, new NoteBody(new ByteString(new byte[NoteBody.BytesMax + 1]))), StringComparison.Ordinal);
    }

    [Fact]
    public void An_act_on_a_run_that_does_not_exist_is_refused() => Assert.Equal(
        "there is no run 3", Chain.Refusal(Samples.Network.HospitalIds[0], new ApprovePlanBody(new RunId(3), default)));

    [Fact]
    public void R_the_members_of_a_plan_must_have_their_roles()
    {
        TestNetwork network = Samples.Network;
        var plan = TestPlans.Sound(network);
        string? Start(Federation.RunPlan p) => Chain.Refusal(network.Operator, new StartRunBody(p));
        Assert.Null(Start(plan));
        Assert.Contains("hospital m99", Start(plan with { Hospitals = plan.Hospitals.Add(new MemberId(99)) }),
            StringComparison.Ordinal);
        Assert.Contains("committee member m5", Start(
            plan with { Committee = plan.Committee.SetItem(0, new MemberId(5)) }), StringComparison.Ordinal);
        Assert.Contains("pool contributor m6", Start(plan with { PoolContributor = new MemberId(6) }),
            StringComparison.Ordinal);
        Assert.Contains("rounds", Start(plan with { Rounds = 0 }), StringComparison.Ordinal);
    }

    [Fact]
    public void R_runs_are_numbered_from_one_and_at_most_sixteen_are_open()
    {
        var chain = new LedgerScenario();
        var start = new StartRunBody(TestPlans.Sound(chain.Network));
        chain.Commit([.. Enumerable.Repeat((chain.Network.Operator, (TransactionBody)start), 16)]);
        Assert.Equal(Enumerable.Range(1, 16), chain.State.Runs.Keys.Select(k => (int)k.Value));
        Assert.Contains("16 runs are open", chain.Refusal(chain.Network.Operator, start), StringComparison.Ordinal);
        chain.Commit((chain.Network.Operator, new StopRunBody(new RunId(4), "")));
        Assert.Null(chain.Refusal(chain.Network.Operator, start));
    }

    [Fact]
    public void D_a_deadline_is_passed_by_an_empty_block_and_an_act_that_comes_with_it_is_too_late()
    {
        RoundScenario run = RoundScenario.Start().Approve();
        Instant deadline = run.Chain.State.NextDeadline()!.Value;
        Assert.Equal(run.Run.Phase.Deadline, deadline);
        run.Chain.Wait(deadline - run.Chain.Now);
        Assert.Contains("phase 'ended'", run.Chain.Refusal(run.Plan.Hospitals[0],
            run.Update(run.Plan.Hospitals[0], 10)), StringComparison.Ordinal);
        Assert.Empty(run.Chain.Commit().Block.Transactions);
        Assert.True(run.Run.Ended);
    }
}
