using System.Diagnostics;
using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>Validators as real processes. Every connection between two of them goes through a proxy of its own; clients
/// reach them directly.</summary>
public sealed class FaultNetwork : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    private readonly LocalNetwork _network;
    private readonly Dictionary<(int From, int To), FaultProxy> _proxies = [];

    private FaultNetwork(string folder, int validators)
    {
        Validators = validators;
        _network = new LocalNetwork(folder, Supervisor);
    }

    public int Validators { get; }

    public Supervisor Supervisor { get; } = new();

    public string Folder => _network.Folder.Root;

    public IEnumerable<int> All => Enumerable.Range(1, Validators);

    public static async Task<FaultNetwork> StartAsync(string folder, int validators)
    {
        Directory.CreateDirectory(folder);
        LocalNetwork.Create(folder, "faults", validators, hospitals: 4);
        var network = new FaultNetwork(folder, validators);
        foreach (Member target in GenesisFile.Read(folder).Validators())
        {
            int to = (int)target.Id.Value;
            int port = MemberEndpoint.TryParse(target.Endpoint)!.Value.Port;
            for (int from = to + 1; from <= validators; from++)
            {
                network._proxies[(from, to)] = FaultProxy.Start(port);
            }
        }

        try
        {
            await network._network.StartAsync(network.All.Select(network.Spec), CancellationToken.None);
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public string StoreOf(int validator) => _network.Folder.Store(MemberNames.Validator(validator));

    /// <summary>Whether its process is there, started by us and not ended by itself.</summary>
    public bool IsAlive(int validator) =>
        Supervisor.Running.TryGetValue(MemberNames.Validator(validator), out int process)
        && Directory.Exists($"/proc/{process}");

    public bool IsRunning(int validator) => Supervisor.Running.ContainsKey(MemberNames.Validator(validator));

    /// <summary>kill -9.</summary>
    public Task KillAsync(int validator) => Supervisor.KillAsync(MemberNames.Validator(validator));

    /// <summary>Starts a killed validator and waits until it is ready.</summary>
    /// <exception cref="UserError">It is not; with what it said.</exception>
    public Task RestartAsync(int validator) => RestartAsync(Spec(validator));

    public Task RestartAsync(ChildSpec spec) => Supervisor.ResumeAsync(spec, ReadyLimit, CancellationToken.None);

    public void Freeze(int validator) => Signal(validator, "-STOP");

    public void Thaw(int validator) => Signal(validator, "-CONT");

    /// <summary>Holds what these validators and the others say to each other.</summary>
    public void Part(IReadOnlyCollection<int> side, LinkFault toSide, LinkFault fromSide)
    {
        foreach (((int from, int to), FaultProxy proxy) in _proxies)
        {
            if (side.Contains(from) != side.Contains(to))
            {
                bool dialledFromSide = side.Contains(from);
                proxy.Set(dialledFromSide ? fromSide : toSide, dialledFromSide ? toSide : fromSide);
            }
        }
    }

    public void Heal()
    {
        foreach (FaultProxy proxy in _proxies.Values)
        {
            proxy.Set(LinkFault.Pass, LinkFault.Pass);
            proxy.Delay = TimeSpan.Zero;
        }
    }

    public void Delay(TimeSpan delay)
    {
        foreach (FaultProxy proxy in _proxies.Values)
        {
            proxy.Delay = delay;
        }
    }

    /// <summary>Height at which a validator itself stands; null where it does not answer.</summary>
    public async Task<Height?> HeightAsync(int validator)
    {
        using var timed = new CancellationTokenSource(AnswerLimit);
        using MemberIdentity self = MemberIdentity.Load(Folder, MemberNames.Operator);
        try
        {
            await using var link = new ClientApiLink(await SecureDialer.ConnectAsync(
                self.Genesis.Validators()[validator - 1], LinkIdentity.Of(self), LinkPurpose.Client, timed.Token));
            return (await link.GetStatusAsync(timed.Token)).Height;
        }
        catch (Exception e) when (e is LinkException or ClientApiException or OperationCanceledException)
        {
            return null;
        }
    }

    /// <summary>Number (from 1) of the validator that proposes now, by the word of the others.</summary>
    public async Task<int> PrimaryAsync()
    {
        await using ChainDoor door = ChainDoor.Open(Folder, MemberNames.Operator);
        ChainSnapshot now = await door.HearValidatorsAsync(CancellationToken.None);
        return now.Nodes.Where(n => n.Reachable).MaxBy(n => n.View.Value)!.Primary.Value + 1;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int validator in All.Where(IsRunning))
        {
            Thaw(validator);
        }

        await Supervisor.DisposeAsync();
        foreach (FaultProxy proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }
    }

    /// <summary>How it is started.</summary>
    public ChildSpec Spec(int validator)
    {
        ChildSpec plain = _network.Validator(validator);
        IEnumerable<string> proxied = _proxies.Where(p => p.Key.From == validator).SelectMany(p => new[]
        {
            "--peer-address",
            string.Create(
                CultureInfo.InvariantCulture, $"{MemberNames.Validator(p.Key.To)}=127.0.0.1:{p.Value.Port}"),
        });
        return plain with { Arguments = [.. plain.Arguments, .. proxied], RestartsMax = 0 };
    }

    private void Signal(int validator, string signal)
    {
        int process = Supervisor.Running[MemberNames.Validator(validator)];
        using Process kill = Process.Start("kill", [signal, $"{process}"]);
        kill.WaitForExit();
    }
}
