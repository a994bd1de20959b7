using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>The edge API between real processes: a rehearsal started, watched and measured through it.</summary>
public sealed class EdgeApiTests : WorkPlace
{
    private static readonly TimeSpan UploadMax = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_rehearsal_is_started_watched_and_measured_through_the_edge_servers()
    {
        await using RunningNetwork network = await RunningNetwork.StartAsync(Network);
        using MemberIdentity self = MemberIdentity.Load(network.Folder, MemberNames.Dashboard);
        await using var edges = new EdgeClient(
            LinkIdentity.Of(self), EdgeAddresses.Load(self.Folder), () => self.Genesis.Members);
        MemberId provider = edges.Servers[0].Id;
        var wish = new RunWish(
            "wdbc", "", 1, 0, 0, true, 64, 3, 1, true, [new AttackWish("hospital-3", "label-flip")]);

        EdgeCallException denied = await Assert.ThrowsAsync<EdgeCallException>(
            () => edges.AskAsync(edges.Servers[1].Id, EdgeCalls.UseDataset, "wdbc", default));
        EdgeCallException wrong = await Assert.ThrowsAsync<EdgeCallException>(
            () => edges.AskAsync(provider, EdgeCalls.StartRun, wish with { Dataset = "bccd" }, default));
        RunStarted started = await edges.AskAsync(provider, EdgeCalls.StartRun, wish, default);
        RunState end = await network.FollowAsync(started.Run, () => Task.CompletedTask);

        Assert.Equal(EdgeFault.Denied, denied.Fault);
        Assert.Contains("uses 'wdbc'", wrong.Message, StringComparison.Ordinal);
        Assert.Equal(new EndedPhase(end.Phase.Since, RunEnd.LastRound, ((EndedPhase)end.Phase).Reason), end.Phase);
        ImmutableArray<TestResult> global = await edges.AskAsync(provider, EdgeCalls.Results, end.Id, default);
        TestResult[] local = [.. (await Task.WhenAll(edges.Servers.Skip(1).Select(
            s => edges.AskAsync(s.Id, EdgeCalls.Results, end.Id, default)))).Select(r => Assert.Single(r))];
        Assert.Equal([TestSubject.GlobalModel, TestSubject.Unprotected], global.Select(r => r.Subject));
        Assert.All(local, r => Assert.Equal((TestSubject.LocalModel, 113), (r.Subject, r.Count)));
        Assert.True(local[2].Accuracy < local[0].Accuracy - 0.2, string.Join(" ", local.Select(r => r.Accuracy)));
        Assert.Equal(end.Current!.Metrics!.Accuracy, (int)Math.Round(global[0].Accuracy * 1000));
        EdgeStatus status = await edges.AskAsync(edges.Servers[3].Id, EdgeCalls.Status, default);
        Assert.Equal(("label-flip", EdgeActivity.Waiting), (status.Attack, status.Activity));
        await UploadAsync(network.Folder, () => edges.AskAsync(provider, EdgeCalls.Status, default));
    }

    /// <summary>The command line hands the provider's edge server a broken file, which changes nothing, and a good one,
    /// which is in use at once.</summary>
    private async Task UploadAsync(string network, Func<Task<EdgeStatus>> askAsync)
    {
        string file = FileIn("cells.csv");
        string table = "x,y,label\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i % 7},{i % 2}\n"));
        string[] upload = ["edge", "upload", file, "--network", network, "--member", "provider", "--use"];
        await File.WriteAllTextAsync(file, table + "1,oops,0\n");
        var refused = await ChainHealthProcess.RunAsync(UploadMax, upload);
        Assert.Equal(1, refused.Code);
        Assert.Contains("line 62, column 2 (y): 'oops' is not a number", refused.Error, StringComparison.Ordinal);
        Assert.Equal("wdbc", (await askAsync()).Dataset);

        await File.WriteAllTextAsync(file, table);
        var taken = await ChainHealthProcess.RunAsync(UploadMax, upload);
        Assert.True(taken.Code == 0, taken.Error);
        Assert.Contains("36/12/12 records", taken.Output, StringComparison.Ordinal);
        Assert.Equal("cells", (await askAsync()).Dataset);
    }
}
