using System.CommandLine;
using System.Net;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Runs the edge server of a hospital or of the provider; the member's role decides what it owes a
/// run.</summary>
internal static partial class ServeCommand
{
    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string> dataset = EdgeOptions.Dataset();
        Option<string?> data = EdgeOptions.Data();
        Option<string> partition = EdgeOptions.Partition();
        Option<string> alpha = EdgeOptions.Alpha();
        Option<ulong> seed = EdgeOptions.Seed();
        Option<string?> anchors = new("--anchors")
        {
            Description = "the study's public anchors, a file of 'dataset anchors'; for who lacks its public set",
        };
        Option<string?> attack = new("--attack")
        {
            Description = $"rehearse an attack: {string.Join(", ", Attack.Kinds)}",
        };
        Option<int> pool = new("--pool")
        {
            Description = "records that the provider shares for validation", DefaultValueFactory = _ => 200,
        };
        Option<bool> rehearsals = new("--rehearsals")
        {
            Description = "simulate an attack when the provider asks for it in a rehearsal",
        };
        Option<string?> listen = new("--listen")
        {
            Description = "host:port of the edge API; default: this member's line in the network's edges.json",
        };
        Option<string[]> operators = new("--operator")
        {
            Description = "member that may operate a provider's edge server; may be repeated",
            DefaultValueFactory = _ => [MemberNames.Dashboard],
        };
        Option<int?> parent = EdgeOptions.ParentPid();
        var command = new Command("serve", "run the edge server of an institution")
        {
            network, member, dataset, data, partition, alpha, seed, anchors, attack, pool, rehearsals, listen,
            operators, parent,
        };
        command.SetAction((r, _) => ServeAsync(new ServeOptions(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetRequiredValue(dataset), r.GetValue(data),
            r.GetValue(partition)!, r.GetValue(alpha)!, r.GetValue(seed), r.GetValue(anchors), r.GetValue(attack),
            r.GetValue(pool), r.GetValue(rehearsals), r.GetValue(listen), r.GetValue(operators) ?? [],
            r.GetValue(parent))));
        return command;
    }

    private static async Task<int> ServeAsync(ServeOptions options)
    {
        using var life = new ProgramLife(options.ParentPid);
        using MemberIdentity identity = MemberIdentity.Load(options.Network, options.Member);
        Dataset dataset = DatasetLoader.Load(options.Dataset, options.Data);
        var anchors = StudyAnchors.Load(options.Anchors, dataset);
        TorchRuntime.Prepare();
        using ILoggerFactory logging = LoggerFactory.Create(b => b.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.TimestampFormat = "HH:mm:ss.fff ";
            o.UseUtcTimestamp = true;
        }));
        try
        {
            await using ChainClient chain = ChainClient.Start(identity);
            var monitor = new EdgeMonitor(TimeProvider.System);
            EdgeAddresses addresses = EdgeAddresses.Load(identity.Folder);
            IEnumerable<Member> Members() => monitor.State?.Members.Values ?? identity.Genesis.Members;
            var self = new LinkIdentity(
                identity.Chain, identity.Certificate, pin => Members().FirstOrDefault(m => m.TlsPin == pin));
            await using var edges = new EdgeClient(self, addresses, Members);
            EdgeContext context = Context(options, identity, chain, edges, monitor, dataset, anchors, logging);
            var updates = new RehearsalUpdates();
            IReadOnlyList<IDuty> duties = Duties(context, updates, options);
            await using EdgeDoor? door = OpenDoor(context, updates, self, addresses, options);
            var loop = new DutyLoop(context, duties, TimeProvider.System);
            if (anchors.File is { } file)
            {
                LogAnchors(context.Log, file.Records.Count, file.Dataset, file.Checksum.ToString());
            }

            Console.WriteLine($"ready {identity.Member.Name}");
            await loop.RunAsync(life.Stopping);
        }
        catch (OperationCanceledException) when (life.Stopping.IsCancellationRequested)
        {
            // An orderly stop.
        }

        return 0;
    }

    private static EdgeContext Context(
        ServeOptions options, MemberIdentity identity, ChainClient chain, EdgeClient edges, EdgeMonitor monitor,
        Dataset dataset, StudyAnchors anchors, ILoggerFactory logging)
    {
        bool hospital = identity.Member.Role == MemberRole.Hospital;
        (int Index, int Count) part = EdgeOptions.ParsePartition(options.Partition);
        double? alpha = EdgeOptions.ParseAlpha(options.Alpha);
        var datasets = new DatasetDesk(
            dataset, Path.Combine(identity.Store, "datasets"), options.Data,
            hospital ? d => Partition.Own(anchors.Private(d), part, alpha, options.Seed) : null);
        Attack? attack = hospital && options.Attack is { } text
            ? CheckCommand.ParseAttack(text, dataset.Schema.Classes) : null;
        return new EdgeContext(
            identity, chain, edges, datasets, new ModelShelf(Path.Combine(identity.Store, "models")),
            new ResultShelf(Path.Combine(identity.Store, "results")), new Rehearsals(options.Rehearsals, attack),
            monitor, anchors, logging.CreateLogger(identity.Member.Name));
    }

    /// <summary>Null where neither the option nor the address book names an address: then nobody can ask.</summary>
    private static EdgeDoor? OpenDoor(
        EdgeContext context, RehearsalUpdates updates, LinkIdentity self, EdgeAddresses addresses,
        ServeOptions options)
    {
        Member member = context.Identity.Member;
        string? text = options.Listen ?? addresses.Locate(member)?.Endpoint;
        if (text is null)
        {
            return null;
        }

        MemberEndpoint endpoint = MemberEndpoint.TryParse(text)
            ?? throw new EdgeException($"--listen {text}: host:port is wanted");
        IPAddress address = IPAddress.TryParse(endpoint.Host, out IPAddress? own)
            ? own : endpoint.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any;
        return EdgeDoor.Start(
            new IPEndPoint(address, endpoint.Port), self,
            FrontDesk.Of(context, new EdgePolicy(member, options.Operators), updates),
            line => LogDoor(context.Log, line));
    }

    private static IReadOnlyList<IDuty> Duties(EdgeContext context, RehearsalUpdates updates, ServeOptions options)
    {
        return context.Identity.Member.Role switch
        {
            MemberRole.Provider =>
            [
                new SharePoolDuty(context, options.Pool, options.Seed),
                new ReferenceDuty(context, options.Pool, options.Seed), new ReportMetricsDuty(context, updates),
            ],
            MemberRole.Hospital =>
            [
                new ApprovePlanDuty(context), new TrainDuty(context, options.Seed, () => FirstPart(context, options)),
                new LearnReasonDuty(context),
                new AdoptModelDuty(context),
            ],
            _ => throw new EdgeException($"{options.Member} is neither a hospital nor a provider"),
        };
    }

    /// <summary>Records of a demonstration's first hospital: those who rehearse copying have stolen them.</summary>
    private static Records FirstPart(EdgeContext context, ServeOptions options) => Partition.Own(
        context.Dataset, (0, EdgeOptions.ParsePartition(options.Partition).Count),
        EdgeOptions.ParseAlpha(options.Alpha), options.Seed);

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{Count} public anchors of {Dataset}, SHA-256 {Checksum}")]
    private static partial void LogAnchors(ILogger log, int count, string dataset, string checksum);

    [LoggerMessage(Level = LogLevel.Information, Message = "edge API: {Line}")]
    private static partial void LogDoor(ILogger log, string line);

    private sealed record ServeOptions(
        string Network, string Member, string Dataset, string? Data, string Partition, string Alpha, ulong Seed,
        string? Anchors, string? Attack, int Pool, bool Rehearsals, string? Listen, string[] Operators, int? ParentPid);
}
