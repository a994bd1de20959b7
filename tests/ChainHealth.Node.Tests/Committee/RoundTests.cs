using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

public sealed class RoundTests
{
    [Fact]
    public async Task Four_nodes_check_and_aggregate_to_the_plain_result_and_erase_the_shares()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: true);
        GlobalModel expected = round.Initial();
        await round.CommitUpdatesAsync();
        await round.UntilAsync(r => r.Phase is PublishPhase);
        expected = round.Expected(expected);
        RoundRecord record = round.State.Current!;
        Assert.Equal(expected.Hash, record.Model);
        Assert.All(record.Outcomes, o => Assert.Equal(Verdict.Accepted, o.Verdict));
        Assert.Empty(record.FailedAttempts);
        Assert.True(record.CheckCost.BytesSent > 0 && record.AggregateCost.Exchanges > 0);
        for (int i = 0; i < NodeCluster.Size; i++)
        {
            Assert.Equal(expected.Encode(), await cluster.ModelAsync(i, expected.Hash));
            await cluster.ErasedAsync(i, round.State.Id, record.Number);
        }
    }

    internal static readonly CheckLimits Every = new()
    {
        NormMinMillis = 10,
        NormMaxMillis = 100_000,
        CosineMinPerMille = 200,
        DuplicateCosinePerMille = 950,
        LeaveOneOutRecords = 32,
        LeaveOneOutMarginPerMille = 900,
        AggregateMarginPerMille = 900,
    };

    [Fact]
    public async Task Four_nodes_run_every_check_with_a_reference_and_test_the_aggregate()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: true, Every);
        GlobalModel before = round.Initial();
        await cluster.SettleAsync();
        await round.CommitReferenceAsync();
        await round.CommitUpdatesAsync();
        await round.UntilAsync(r => r.Phase is PublishPhase);
        RoundRecord record = round.State.Current!;
        Assert.Equal(4, record.Reference!.AttestedBy.Count);
        Assert.All(record.Outcomes, o => Assert.Equal(Verdict.Accepted, o.Verdict));
        Assert.Equal(round.Expected(before).Hash, record.Model);
        Assert.False(record.AggregateRefused);
        Assert.Empty(record.FailedAttempts);
    }

    [Fact]
    public async Task A_copy_is_refused_and_its_owner_learns_why_from_shares_that_tell_no_member()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: true, Every with { CosineMinPerMille = CheckLimits.CosineOff });
        await cluster.SettleAsync();
        await round.CommitUpdatesAsync(copies: true);
        await round.UntilAsync(r => r.Phase is PublishPhase);
        Assert.Equal(
            [Verdict.Accepted, Verdict.Accepted, Verdict.Poisoned],
            round.State.Current!.Outcomes.Select(o => o.Verdict));
        Assert.True(round.State.Current.KeptOldModel);
        RefusalReasons? Of(string name, int silent) => ReasonParts.TryCombine([.. Enumerable
            .Range(0, NodeCluster.Size).Select(i => i == silent ? null
                : cluster[i].Reasons.Find(round.State, 1, cluster.Member(name).Member.Id))]);
        Assert.Equal(RefusalReasons.Duplicate, Of("hospital-3", silent: -1));
        Assert.Equal(RefusalReasons.Duplicate, Of("hospital-3", silent: 2));
        Assert.Equal(RefusalReasons.None, Of("hospital-1", silent: -1));
        Assert.Null(cluster[0].Reasons.Find(round.State, 2, cluster.Member("hospital-3").Member.Id));
    }

    /// <summary>With one seat empty each share of the code is still told by two.</summary>
    [Fact]
    public async Task A_refused_hospital_learns_why_although_a_validator_is_dead()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(
            withCheck: true, Every with { CosineMinPerMille = CheckLimits.CosineOff }, attestMs: 3_000);
        await cluster.SettleAsync();
        await cluster.StopAsync(3);
        await round.CommitUpdatesAsync(copies: true);
        await round.UntilAsync(r => r.Phase is PublishPhase);
        Assert.Equal(3, round.State.Current!.VerdictVotes.Count);
        Assert.Equal(
            [Verdict.Accepted, Verdict.Accepted, Verdict.Poisoned],
            round.State.Current.Outcomes.Select(o => o.Verdict));
        await using ChainClient owner = ChainClient.Start(cluster.Member("hospital-3"));
        await owner.SubscribeAsync(CancellationToken.None);
        Assert.Equal(RefusalReasons.Duplicate, await owner.GetReasonsAsync(
            RoundFixture.Run, 1, round.State.Plan.Committee, CancellationToken.None));
    }

    /// <summary>Bait and switch: what is checked and summed is what the commitment on chain says, or nothing.</summary>
    [Fact]
    public async Task A_hospital_that_hands_in_another_update_than_it_committed_to_is_missing()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: true, attestMs: 4_000);
        await round.CommitUpdatesAsync(switches: true);
        await round.UntilAsync(r => r.Phase is EndedPhase);
        Assert.Equal(
            [Verdict.Pending, Verdict.Pending, Verdict.Missing],
            round.State.Current!.Outcomes.Select(o => o.Verdict));
        Assert.Equal(round.Initial().Hash, round.State.Model);
    }

    [Fact]
    public async Task A_validator_that_restarts_in_the_middle_of_a_round_is_waited_for()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: false);
        GlobalModel before = round.Initial();
        await cluster.SettleAsync();
        await round.CommitUpdatesAsync();
        await cluster.StopAsync(3);
        cluster.Start(3);
        await round.ConfirmAsync();
        await round.UntilAsync(r => r.Current!.VerifiedBy.Count == 3);
        Assert.Equal(round.Expected(before).Hash, round.State.Model);
    }

    [Fact]
    public async Task Packages_that_nobody_asked_for_are_refused()
    {
        await using var cluster = new NodeCluster();
        var round = new RoundFixture(cluster);
        await round.StartAsync(withCheck: false);
        await cluster.SettleAsync();
        Member first = cluster.Member("hospital-1").Member;
        Member second = cluster.Member("hospital-2").Member;
        PackageDoor door = cluster[1].Packages;
        var address = new PackageAddress(RoundFixture.Run, 1, first.Id);
        Assert.Null(door.Fault(address, 1000));
        StoreOutcome foreign = await door.PutAsync(second, address, [1], CancellationToken.None);
        Assert.Contains("cannot leave a package of", foreign.Reason);
        Assert.Contains("there is no run", door.Fault(address with { Run = new RunId(9) }, 10));
        Assert.Contains("is in round 1", door.Fault(address with { Round = 2 }, 10));
        Assert.Contains("at most", door.Fault(address, 10_000_000));
        Assert.Contains("takes no part", door.Fault(address with { Owner = new MemberId(1) }, 10));
        Assert.Contains("has no validation pool", door.Fault(
            address with { Round = 0, Owner = cluster.Member("provider").Member.Id }, 10));
    }
}
