using System.CommandLine;
using System.Text.Json;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>Says whether data set, model, attack and split can work together, before anything is started.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        Option<string> dataset = EdgeOptions.Dataset();
        Option<string?> data = EdgeOptions.Data();
        Option<string?> model = EdgeOptions.Model();
        Option<string[]> attacks = new("--attack") { Description = "attack to check; may be repeated" };
        Option<int> hospitals = new("--hospitals") { Description = "how many", DefaultValueFactory = _ => 5 };
        Option<string> alpha = new("--alpha") { Description = "of the split", DefaultValueFactory = _ => "iid" };
        Option<string> checks = EdgeOptions.Checks();
        Option<ulong> seed = EdgeOptions.Seed();
        var command = new Command(
            "check", "check that data set, model, attacks, checks and split fit together; prints JSON")
        {
            dataset, data, model, attacks, hospitals, alpha, checks, seed,
        };
        command.SetAction(r => Print(
            DatasetLoader.Load(r.GetRequiredValue(dataset), r.GetValue(data)), r.GetValue(model),
            r.GetValue(attacks) ?? [], r.GetValue(hospitals), r.GetValue(alpha)!, r.GetValue(checks)!,
            r.GetValue(seed)));
        return command;
    }

    /// <exception cref="EdgeException">Unknown, or senseless for that many classes.</exception>
    internal static Attack ParseAttack(string text, int classes)
    {
        Attack? attack = Attack.TryParse(text, out string? fault);
        fault ??= attack!.Fault(classes);
        return fault is null ? attack! : throw new EdgeException(fault);
    }

    private static void Print(
        Dataset dataset, string? model, string[] attacks, int hospitals, string alpha, string checks, ulong seed)
    {
        Architecture architecture = Plans.Architecture(dataset, model);
        string[] parsed = [.. attacks.Select(text => ParseAttack(text, architecture.Classes).Text)];
        _ = CheckSet.PolicyOf(checks, TrainingDefaults.For(dataset).Verification);
        int[][] parts = Partition.All(dataset, hospitals, EdgeOptions.ParseAlpha(alpha), seed);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            dataset = dataset.Name,
            shape = dataset.Schema.Shape.ToString(),
            classes = dataset.Schema.ClassNames,
            records = new
            {
                train = dataset.Train.Count, validation = dataset.Validation.Count, test = dataset.Test.Count,
            },
            model = architecture.Name,
            parameters = architecture.ParameterCount,
            attacks = parsed,
            recordsPerHospital = parts.Select(p => p.Length),
        }));
    }
}
