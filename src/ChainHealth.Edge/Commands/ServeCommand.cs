using System.CommandLine;
using ChainHealth.Client;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Edge;

/// <summary>Runs the edge server of a hospital or of the provider; the member's role decides what it owes a
/// run.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string> dataset = EdgeOptions.Dataset();
        Option<string?> data = EdgeOptions.Data();
        Option<string> partition = new("--partition")
        {
            Description = "part of the training split that this hospital holds, e.g. 2/5",
            DefaultValueFactory = _ => "1/1",
        };
        Option<string> alpha = new("--alpha")
        {
            Description = "iid, or the Dirichlet parameter of the split", DefaultValueFactory = _ => "iid",
        };
        Option<ulong> seed = EdgeOptions.Seed();
        Option<string?> attack = new("--attack")
        {
            Description = $"rehearse an attack: {string.Join(", ", Attack.Kinds)}",
        };
        Option<int> pool = new("--pool")
        {
            Description = "records that the provider shares for validation", DefaultValueFactory = _ => 200,
        };
        Option<int?> parent = EdgeOptions.ParentPid();
        var command = new Command("serve", "run the edge server of an institution")
        {
            network, member, dataset, data, partition, alpha, seed, attack, pool, parent,
        };
        command.SetAction((r, _) => ServeAsync(new ServeOptions(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetRequiredValue(dataset), r.GetValue(data),
            r.GetValue(partition)!, r.GetValue(alpha)!, r.GetValue(seed), r.GetValue(attack), r.GetValue(pool),
            r.GetValue(parent))));
        return command;
    }

    private static async Task<int> ServeAsync(ServeOptions options)
    {
        using var life = new ProgramLife(options.ParentPid);
        using MemberIdentity identity = MemberIdentity.Load(options.Network, options.Member);
        Dataset dataset = DatasetLoader.Load(options.Dataset, options.Data);
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
            var context = new EdgeContext(
                identity, chain, dataset, new ModelShelf(Path.Combine(identity.Store, "models")),
                logging.CreateLogger(identity.Member.Name));
            var loop = new DutyLoop(context, Duties(context, options), TimeProvider.System);
            Console.WriteLine($"ready {identity.Member.Name}");
            await loop.RunAsync(life.Stopping);
        }
        catch (OperationCanceledException) when (life.Stopping.IsCancellationRequested)
        {
            // An orderly stop.
        }

        return 0;
    }

    private static IReadOnlyList<IDuty> Duties(EdgeContext context, ServeOptions options)
    {
        if (context.Identity.Member.Role == MemberRole.Provider)
        {
            return [new SharePoolDuty(context, options.Pool, options.Seed), new ReportMetricsDuty(context)];
        }

        if (context.Identity.Member.Role != MemberRole.Hospital)
        {
            throw new EdgeException($"{options.Member} is neither a hospital nor a provider");
        }

        Attack? attack = options.Attack is { } text
            ? CheckCommand.ParseAttack(text, context.Dataset.Schema.Classes) : null;
        Records own = Partition.Own(
            context.Dataset, EdgeOptions.ParsePartition(options.Partition), EdgeOptions.ParseAlpha(options.Alpha),
            options.Seed);
        ulong seed = unchecked((options.Seed * 1009) + context.Self.Value);
        return
        [
            new ApprovePlanDuty(context, attack is not null),
            new TrainDuty(context, own, attack, seed),
            new AdoptModelDuty(context),
        ];
    }

    private sealed record ServeOptions(
        string Network, string Member, string Dataset, string? Data, string Partition, string Alpha, ulong Seed,
        string? Attack, int Pool, int? ParentPid);
}
