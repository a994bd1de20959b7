using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Cli;

/// <summary>One demo from the empty folder to the summary: creates a network, starts every program, runs the training
/// and reports. Whatever happens, no child and no temporary folder is left.</summary>
public sealed class DemoRun(Terminal terminal, DemoOptions options)
{
    private readonly RunView _view = new(terminal);
    private readonly List<string> _restarts = [];
    private readonly DashboardLinks _links = new();
    private readonly long _started = Stopwatch.GetTimestamp();

    /// <exception cref="UserError">What went wrong.</exception>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        DemoChecks.Require(options);
        int? port = options.Headless ? null : DashboardPort();
        if (options.WorkFolder is string named)
        {
            WorkFolder.RequireEmpty(named, "--work");
        }

        await EdgeQuestions.CheckAsync(options, cancellation);
        using WorkFolder work = WorkFolder.Create(options.WorkFolder, options.Keep);
        LocalNetwork network;
        await using (var supervisor = new Supervisor(Noticed, _links.Read))
        {
            network = await SetUpAsync(work, supervisor, port, cancellation);
            RunMoment end = await TrainAsync(network, cancellation);
            RunReport report = RunReporter.Report(end.State, end.Run, end.Traffic) with { Demo = Own() };
            WriteJson(report);
            bool complete = Summarise(report, work);
            if (port is int address && !cancellation.IsCancellationRequested)
            {
                await StayAsync(supervisor, address, cancellation);
            }

            return complete ? ExitCode.Done : ExitCode.Failed;
        }
    }

    private int DashboardPort()
    {
        const int attempts = 100;
        if (options.Port is int asked)
        {
            FreePorts.Require(asked, "--port");
            return asked;
        }

        return Enumerable.Range(DemoOptions.PortDefault, attempts).FirstOrDefault(FreePorts.IsFree) is int free and > 0
            ? free
            : throw UserError.Failure("no free port for the dashboard", "give one with --port, or use --headless");
    }

    private async Task<LocalNetwork> SetUpAsync(
        WorkFolder work, Supervisor supervisor, int? port, CancellationToken cancellation)
    {
        try
        {
            Say($"creating keys and genesis of {options.Validators} validators and {options.Hospitals} hospitals in "
                + work.Path);
            LocalNetwork.Create(work.Path, "demo", options.Validators, options.Hospitals);
            var network = new LocalNetwork(work.Path, supervisor);
            Say("starting the validators");
            await network.StartAsync(
                Enumerable.Range(1, options.Validators).Select(network.Validator), cancellation);
            Say("starting the edge servers of the hospitals and of the provider");
            IEnumerable<ChildSpec> edges =
                Enumerable.Range(0, options.Hospitals + 1).Select(i => network.Edge(options, i));
            await network.StartAsync(port is int p ? edges.Append(network.Dashboard(p)) : edges, cancellation);
            return network;
        }
        catch
        {
            if (!options.Keep)
            {
                work.Discard();
            }

            throw;
        }
    }

    private async Task<RunMoment> TrainAsync(LocalNetwork network, CancellationToken cancellation)
    {
        RunId run = await EdgeQuestions.StartRunAsync(network.Folder.Root, options, cancellation);
        await using ChainDoor door = ChainDoor.Open(network.Folder.Root, MemberNames.Operator);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task<RunMoment> follow = new RunFollower(door.Chain, run).FollowAsync(_view.Show, stop.Token);
        return await _view.WhileAsync(
            OrFailedAsync(follow, network.Supervisor, stop), visible: options.JsonFile != "-");
    }

    private static async Task<RunMoment> OrFailedAsync(
        Task<RunMoment> follow, Supervisor supervisor, CancellationTokenSource stop)
    {
        if (await Task.WhenAny(follow, supervisor.Failed) == follow)
        {
            return await follow;
        }

        await stop.CancelAsync();
        await follow.ContinueWith(_ => { }, TaskScheduler.Default);
        throw await supervisor.Failed;
    }

    private void WriteJson(RunReport report)
    {
        if (options.JsonFile == "-")
        {
            terminal.Json(report);
        }
        else if (options.JsonFile is string file)
        {
            File.WriteAllText(file, JsonSerializer.Serialize(report, JsonShape.Indented) + "\n");
        }
    }

    /// <summary>True when the run came to its planned end with a model that every participant has verified.</summary>
    private bool Summarise(RunReport report, WorkFolder work)
    {
        foreach (string line in DemoSummary.Lines(report))
        {
            Say(line);
        }

        if (work.Kept)
        {
            Say($"kept          {work.Path} (chainhealth chain blocks --network {work.Path})");
        }

        return DemoSummary.IsComplete(report);
    }

    private async Task StayAsync(Supervisor supervisor, int port, CancellationToken cancellation)
    {
        Say($"dashboard     http://127.0.0.1:{port}/");
        if (_links.Administrator is string link)
        {
            Say($"administrator {link}");
        }

        foreach ((string hospital, string own) in _links.Hospitals)
        {
            Say($"{hospital,-13} {own}");
        }

        Say("Ctrl-C stops everything.");
        try
        {
            UserError failure = await supervisor.Failed.WaitAsync(cancellation);
            throw failure;
        }
        catch (OperationCanceledException)
        {
            // The way to leave.
        }
    }

    private DemoReport Own()
    {
        lock (_restarts)
        {
            return new DemoReport(
                options.Hospitals, options.Validators, options.Alpha, options.Seed,
                [.. options.Attacks.Select(a => a.ToString())],
                Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 1), [.. _restarts]);
        }
    }

    private void Noticed(ChildNotice notice)
    {
        lock (_restarts)
        {
            _restarts.Add(notice.Text);
        }

        _view.Show(notice);
    }

    /// <summary>Where the report goes to standard output, nothing else does.</summary>
    private void Say(string line) => (options.JsonFile == "-" ? terminal.Error : terminal.Out).WriteLine(line);
}
