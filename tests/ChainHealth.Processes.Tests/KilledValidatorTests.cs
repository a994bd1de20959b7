using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>A validator is killed with kill -9 in the middle of a run: it comes back ten seconds later, or
/// never.</summary>
public sealed class KilledValidatorTests : WorkPlace
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_run_goes_on_and_all_validators_end_with_the_same_state(bool killPrimary)
    {
        await using (RunningNetwork network = await RunningNetwork.StartAsync(Network))
        {
            int primary = await network.PrimaryAsync();
            int victim = killPrimary ? primary : (primary % 4) + 1;
            RunId run = await network.StartRunAsync();
            RunState end = await network.FollowAsync(run, () => network.KillAndRestartAsync(victim, Outage));
            Assert.Equal(RunEnd.LastRound, Assert.IsType<EndedPhase>(end.Phase).End);
            Assert.All(end.Records, r => Assert.Equal(3, r.VerifiedBy.Count));
            Height tip = await TipAsync(network.Folder);
            Digest[] roots = await network.StateRootsAsync(tip);
            Assert.Single(roots.Distinct());
        }

        await NobodyIsLeftAsync();
    }

    /// <summary>Dead before the first check, and never back: consensus, check and aggregation go on with the three
    /// others, and the record names the one that is silent.</summary>
    [Fact]
    public async Task A_validator_that_is_dead_for_good_does_not_stop_the_federation()
    {
        await using (RunningNetwork network = await RunningNetwork.StartAsync(Network))
        {
            int victim = (await network.PrimaryAsync() % 4) + 1;
            RunId run = await network.StartRunAsync();
            RunState end = await network.FollowAsync(run, () => network.KillAsync(victim));
            Assert.Equal(RunEnd.LastRound, Assert.IsType<EndedPhase>(end.Phase).End);
            Assert.Equal(end.Plan.Committee[victim - 1], end.Standing.Silent);
            Assert.All(end.Records, r => Assert.Equal(3, r.VerifiedBy.Count));
            Assert.All(end.Records, r => Assert.All(r.Outcomes, o => Assert.Equal(Verdict.Accepted, o.Verdict)));
            Assert.Equal(2, end.Models.Length);
            await PredictAsync(network.Folder, end);
        }

        await NobodyIsLeftAsync();
    }

    /// <summary>The three that are left also answer a private prediction.</summary>
    private static async Task PredictAsync(string folder, RunState run)
    {
        (int code, string output, string error) = await ChainHealthProcess.RunAsync(
            TimeSpan.FromSeconds(60), "predict", "--private", "--row", "3", "--dataset", "wdbc", "--network", folder,
            "--member", "hospital-1", "--json");
        Assert.True(code == 0, error);
        JsonElement answer = JsonDocument.Parse(output).RootElement;
        Assert.Equal(3, answer.GetProperty("parties").GetInt32());
        Assert.Equal(run.Model.ToString(), answer.GetProperty("model").GetString());
        Assert.Equal(1, answer.GetProperty("probabilities").EnumerateObject().Sum(c => c.Value.GetDouble()), 4);
    }

    private static async Task<Height> TipAsync(string folder)
    {
        await using ChainDoor door = ChainDoor.Open(folder, MemberNames.Operator);
        return (await door.Chain.SubscribeAsync(CancellationToken.None)).Now.State.Height;
    }
}
