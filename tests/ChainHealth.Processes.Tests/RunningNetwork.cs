using System.Diagnostics;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Processes.Tests;

/// <summary>A network of real processes in a folder: four validators, the edge servers of three hospitals and of the
/// provider.</summary>
internal sealed class RunningNetwork : IAsyncDisposable
{
    private const int Validators = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private static readonly DemoOptions Options = new(
        "wdbc", null, null, 3, Validators, 2, "iid", [], DemoOptions.AllChecks, true, null, 1, null, null,
        false);

    private readonly Supervisor _supervisor = new();
    private readonly LocalNetwork _network;

    private RunningNetwork(string folder) => _network = new LocalNetwork(folder, _supervisor);

    public string Folder => _network.Folder.Root;

    public static async Task<RunningNetwork> StartAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        LocalNetwork.Create(folder, "test", Validators, Options.Hospitals);
        var network = new RunningNetwork(folder);
        try
        {
            await network._network.StartAsync(
                Enumerable.Range(1, Validators).Select(network._network.Validator), CancellationToken.None);
            await network._network.StartAsync(
                Enumerable.Range(0, Options.Hospitals + 1).Select(i => network._network.Edge(Options, i)),
                CancellationToken.None);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public Task<RunId> StartRunAsync() => EdgeQuestions.StartRunAsync(Folder, Options, CancellationToken.None);

    /// <summary>Follows the run to its end. Once its first round has begun, <paramref name="meanwhile"/> is started,
    /// and waited for at the end.</summary>
    public async Task<RunState> FollowAsync(RunId run, Func<Task> meanwhile)
    {
        await using ChainDoor door = ChainDoor.Open(Folder, MemberNames.Operator);
        using var timed = new CancellationTokenSource(Limit);
        Task? beside = null;
        RunMoment end = await new RunFollower(door.Chain, run).FollowAsync(
            moment => beside ??= moment.Run.Round >= 1 ? meanwhile() : null, timed.Token);
        await beside!;
        return end.Run;
    }

    /// <summary>kill -9, and a new start of the same process after <paramref name="down"/>.</summary>
    public async Task KillAndRestartAsync(int validator, TimeSpan down)
    {
        ChildSpec spec = _network.Validator(validator);
        await _supervisor.KillAsync(spec.Name);
        long killed = Stopwatch.GetTimestamp();
        await Wait.UntilAsync(() => Stopwatch.GetElapsedTime(killed) >= down, "the time of the outage is over", Limit);
        await _supervisor.ResumeAsync(spec, TimeSpan.FromSeconds(60), CancellationToken.None);
    }

    /// <summary>kill -9, for good.</summary>
    public Task KillAsync(int validator) => _supervisor.KillAsync(_network.Validator(validator).Name);

    /// <summary>Number (from 1) of the validator that proposes now, by the word of the others.</summary>
    public async Task<int> PrimaryAsync()
    {
        await using ChainDoor door = ChainDoor.Open(Folder, MemberNames.Operator);
        ChainSnapshot now = await door.HearValidatorsAsync(CancellationToken.None);
        return now.Nodes.Where(n => n.Reachable).MaxBy(n => n.View.Value)!.Primary.Value + 1;
    }

    /// <summary>The state root that each validator itself holds for one height, once it has come that far.</summary>
    public async Task<Digest[]> StateRootsAsync(Height height)
    {
        using MemberIdentity self = MemberIdentity.Load(Folder, MemberNames.Operator);
        LinkIdentity identity = LinkIdentity.Of(self);
        return await Task.WhenAll(self.Genesis.Validators().Select(v => StateRootAsync(v, identity, height)));
    }

    public ValueTask DisposeAsync() => _supervisor.DisposeAsync();

    private static async Task<Digest> StateRootAsync(Member validator, LinkIdentity self, Height height)
    {
        using var timed = new CancellationTokenSource(Limit);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        await using var link = new ClientApiLink(
            await SecureDialer.ConnectAsync(validator, self, LinkPurpose.Client, timed.Token));
        while (true)
        {
            var blocks = await link.GetBlocksAsync(height, 1, timed.Token);
            if (!blocks.IsEmpty)
            {
                CertifiedBlock? block = BlockCodec.TryDecodeCertified(blocks[0], out string? fault);
                Assert.Null(fault);
                return block!.Block.Header.StateRoot;
            }

            await timer.WaitForNextTickAsync(timed.Token);
        }
    }
}
