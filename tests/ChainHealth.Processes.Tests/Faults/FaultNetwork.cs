using System.Diagnostics;
using System.Globalization;
using ChainHealth.Cli;
using ChainHealth.Client;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Processes.Tests;

/// <summary>Validators as real processes. Every connection between two of them goes through a proxy of its own; clients
/// reach them directly.</summary>
internal sealed class FaultNetwork : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);

    private readonly Supervisor _supervisor = new();
    private readonly LocalNetwork _network;
    private readonly Dictionary<(int From, int To), FaultProxy> _proxies = [];

    private FaultNetwork(string folder, int validators)
    {
        Validators = validators;
        _network = new LocalNetwork(folder, _supervisor);
    }

    public int Validators { get; }

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
        _supervisor.Running.TryGetValue(MemberNames.Validator(validator), out int process)
        && Directory.Exists($"/proc/{process}");

    public bool IsRunning(int validator) => _supervisor.Running.ContainsKey(MemberNames.Validator(validator));

    /// <summary>kill -9.</summary>
    public Task KillAsync(int validator) => _supervisor.KillAsync(MemberNames.Validator(validator));

    public Task RestartAsync(int validator) =>
        _supervisor.ResumeAsync(Spec(validator), ReadyLimit, CancellationToken.None);

    /// <summary>Starts a killed validator that is expected to refuse.</summary>
    /// <returns>What it said.</returns>
    public async Task<string> FailToStartAsync(int validator)
    {
        UserError refused = await Assert.ThrowsAsync<UserError>(() => RestartAsync(validator));
        return string.Join('\n', (string[])[refused.Message, .. refused.Details]);
    }

    /// <summary>Starts a killed validator whose files can grow by a few blocks only: to it that is a full disk, and it
    /// takes no rights to make one.</summary>
    /// <returns>What it said when it ended.</returns>
    public async Task<string> RunOutOfSpaceAsync(int validator, TimeSpan limit)
    {
        const int room = 64 * 1024;
        ChildSpec plain = Spec(validator);
        ProgramFile program = plain.Program with
        {
            Executable = "/bin/bash",
            Arguments =
            [
                "-c", "trap '' XFSZ; exec \"$@\"", "bash", plain.Program.Executable, .. plain.Program.Arguments,
            ],
        };
        await _supervisor.ResumeAsync(plain with { Program = program }, ReadyLimit, CancellationToken.None);
        long largest = Directory.EnumerateFiles(StoreOf(validator), "*.log", SearchOption.AllDirectories)
            .Max(f => new FileInfo(f).Length);
        int process = _supervisor.Running[plain.Name];
        using Process limiter = Process.Start("prlimit", ["--pid", $"{process}", $"--fsize={largest + room}"]);
        await limiter.WaitForExitAsync();
        UserError end = await _supervisor.Failed.WaitAsync(limit);
        return string.Join('\n', (string[])[end.Message, .. end.Details]);
    }

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

        await _supervisor.DisposeAsync();
        foreach (FaultProxy proxy in _proxies.Values)
        {
            await proxy.DisposeAsync();
        }
    }

    private ChildSpec Spec(int validator)
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
        int process = _supervisor.Running[MemberNames.Validator(validator)];
        using Process kill = Process.Start("kill", [signal, $"{process}"]);
        kill.WaitForExit();
    }
}
