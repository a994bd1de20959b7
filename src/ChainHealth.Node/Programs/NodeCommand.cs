using System.CommandLine;
using System.Net;
using ChainHealth.Client;
using ChainHealth.Consensus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace ChainHealth.Node;

/// <summary>The command line of the validator program.</summary>
internal static class NodeCommand
{
    private const int FailureExitCode = 1;
    private const int InternalExitCode = 2;
    private const int WorkerThreadsMin = 8;

    public static RootCommand Create()
    {
        var network = new Option<string>("--network") { Description = "Network folder", Required = true };
        var member = new Option<string>("--member") { Description = "Name of the validator", Required = true };
        var parent = new Option<int?>("--parent-pid") { Description = "Ends when this process is gone" };
        var level = new Option<LogLevel>("--log-level")
        {
            Description = "Least severe level that is logged", DefaultValueFactory = _ => LogLevel.Information,
        };
        var admit = new Option<bool>("--admit-proposed")
        {
            Description = "Vote for hospitals and observers that a provider or a dashboard proposes",
        };
        var addresses = new Option<string[]>("--peer-address")
        {
            Description = "NAME=HOST:PORT of a validator that is reached elsewhere than its member record says",
            DefaultValueFactory = _ => [],
        };
        var listen = new Option<string?>("--listen")
        {
            Description = "ADDRESS:PORT to listen at, where it is not that of the member record: behind a router",
        };
        var fault = new Option<string?>("--disk-fault") { Description = "For tests: kill@N, eio@N", Hidden = true };
        var root = new RootCommand("ChainHealth validator")
        {
            network, member, parent, level, admit, addresses, listen, fault,
            BenchCommands.CreateBench(), BenchCommands.CreateRestart(), BenchCommands.CreateParty(),
            AuditCommand.Create(), SimulateCommand.Create(),
        };
        root.SetAction((parsed, _) => RunAsync(
            parsed.GetRequiredValue(network), parsed.GetRequiredValue(member), parsed.GetValue(parent),
            parsed.GetValue(level),
            OptionsOf(parsed.GetValue(admit), parsed.GetValue(addresses)!, parsed.GetValue(listen)),
            parsed.GetValue(fault)));
        return root;
    }

    private static async Task<int> RunAsync(
        string network, string member, int? parent, LogLevel level, NodeOptions options, string? diskFault)
    {
        // Jobs that compute for long must not keep the consensus loop from its next step.
        ThreadPool.GetMinThreads(out int workers, out int ports);
        ThreadPool.SetMinThreads(Math.Max(workers, WorkerThreadsMin), ports);
        using ILoggerFactory logs = LoggerFactory.Create(builder => Configure(builder, level));
        ILogger logger = logs.CreateLogger("node");
        using var life = new ProgramLife(parent);
        try
        {
            using MemberIdentity identity = MemberIdentity.Load(network, member);
            Disk.Inject(DiskFaults.Parse(diskFault));
            await using var node = ValidatorNode.Start(identity, options, logger);
            await Console.Out.WriteLineAsync($"ready {member}");
            var stopped = new TaskCompletionSource();
            await using CancellationTokenRegistration stop = life.Stopping.Register(stopped.SetResult);
            await await Task.WhenAny(node.Failed, stopped.Task);
            return life.Stopping.IsCancellationRequested ? 0 : FailureExitCode;
        }
        catch (Exception e) when (IsExplained(e))
        {
            await Console.Error.WriteLineAsync($"{member}: {e.Message}");
            return FailureExitCode;
        }
        catch (Exception e)
        {
            NodeLog.Internal(logger, e.Message, e);
            return InternalExitCode;
        }
    }

    /// <exception cref="NetworkFolderException">An address is none.</exception>
    private static NodeOptions OptionsOf(bool admit, string[] addresses, string? listen)
    {
        IPEndPoint? at = null;
        if (listen is not null && !IPEndPoint.TryParse(listen, out at))
        {
            throw new NetworkFolderException($"--listen {listen}: ADDRESS:PORT expected");
        }

        Dictionary<string, string> peers = [];
        foreach (string[] parts in addresses.Select(a => a.Split('=', 2)))
        {
            peers[parts[0]] = parts.Length == 2 && MemberEndpoint.TryParse(parts[1]) is not null
                ? parts[1] : throw new NetworkFolderException($"--peer-address {parts[0]}: NAME=HOST:PORT expected");
        }

        return new NodeOptions { AdmitProposed = admit, PeerAddresses = peers, Listen = at };
    }

    private static void Configure(ILoggingBuilder builder, LogLevel level)
    {
        builder.SetMinimumLevel(level).AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss.fff ";
            o.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        builder.Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }

    /// <summary>Faults of the surroundings, whose message says all there is to say.</summary>
    private static bool IsExplained(Exception e) =>
        e is StoreException or NetworkFolderException or LinkException or ApplicationDivergedException;
}
