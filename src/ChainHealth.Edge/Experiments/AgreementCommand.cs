using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChainHealth.Learning;

namespace ChainHealth.Edge.Experiments;

/// <summary>bench-agreement: how far encrypted answers and verdicts are the plain ones.</summary>
internal static class AgreementCommand
{
    private const string Datasets = "pneumoniamnist,breastmnist,retinamnist,wdbc";
    private const int DrawUsual = 128;
    private const int Differs = 2;

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public static Command Create()
    {
        var datasets = new Option<string>("--datasets")
        {
            Description = "names with commas between", DefaultValueFactory = _ => Datasets,
        };
        Option<int> rounds = Number("--rounds", "of training; verdicts are compared in the first and the last", 6);
        Option<int> hospitals = Number("--hospitals", "that train", 5);
        Option<int> records = Number("--records", "training records dealt out, at most", 2000);
        Option<ulong> seed = EdgeOptions.Seed();
        Option<string?> data = EdgeOptions.Data();
        Option<bool> json = new("--json") { Description = "print JSON" };
        var command = new Command(
            "bench-agreement", "compare encrypted answers and verdicts with plain ones on whole test splits")
        {
            datasets, rounds, hospitals, records, seed, data, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            int Whole(Option<int> option, int min, int max) => parsed.GetValue(option) is var v && v >= min && v <= max
                ? v : throw new EdgeException($"{option.Name} {v}: {min} to {max} is wanted");
            var settings = new AgreementSettings(
                Whole(rounds, 1, 100), DrawUsual, int.MaxValue, parsed.GetValue(seed));
            (int many, int dealt) = (Whole(hospitals, 3, 50), Whole(records, 50, 1_000_000));
            string[] names = parsed.GetValue(datasets)!.Split(',', StringSplitOptions.RemoveEmptyEntries);
            DatasetAgreement[] all = [.. names.Select(name =>
            {
                Dataset dataset = DatasetLoader.Load(name.Trim(), parsed.GetValue(data));
                var scene = new FederationScene(dataset, new SceneOptions(
                    dataset.Name, null, null, settings.Seed, many, dealt, settings.Draw));
                return new AgreementRun(scene, settings).Execute(dataset.Name, cancellation);
            })];
            Print(all, parsed.GetValue(json));
            return Task.FromResult(all.All(Agrees) ? 0 : Differs);
        });
        return command;
    }

    /// <summary>What is demanded: of 1000 records 995 with the same class, and all verdicts alike.</summary>
    private static bool Agrees(DatasetAgreement agreement) =>
        1000 * agreement.Scores.SameAsFloat >= 995 * agreement.Scores.Records
            && agreement.Verdicts.All(v => v.Same == v.Judged);

    private static void Print(DatasetAgreement[] all, bool json)
    {
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                parties = "four, in this process, the engine of the validators",
                datasets = all,
            }, Indented));
            return;
        }

        Console.WriteLine(MarkdownTable.Of(
            ["data set", "model", "records", "same class as float", "as fixed point", "equal logits", "largest error",
                "accuracy plain / encrypted", "verdicts alike", "seconds"],
            all.SelectMany(a => (string[][])[Row(a, a.Scores, true), Row(a, a.OneLayer, false)])));
        foreach (DatasetAgreement agreement in all)
        {
            foreach (VerdictAgreement v in agreement.Verdicts)
            {
                Console.WriteLine($"{agreement.Dataset}, {v.Checks}: {v.Same} of {v.Judged} verdicts alike; "
                    + $"{v.HonestAccepted} of {v.Honest} honest accepted, {v.PoisonedRefused} of {v.Poisoned} poisoned "
                    + $"refused{(v.Different.Count > 0 ? $"; differ on {string.Join(", ", v.Different)}" : "")}");
            }
        }
    }

    private static string[] Row(DatasetAgreement agreement, ScoreAgreement s, bool judged) =>
    [
        agreement.Dataset, s.Model, Text(s.Records), $"{s.SameAsFloat} of {s.Records}",
        $"{s.SameAsTwin} of {s.Records}", $"{s.ExactLogits} of {s.Logits}",
        s.FromTwin.ToString("0.0e+0", CultureInfo.InvariantCulture),
        $"{Text(s.PlainAccuracy)} / {Text(s.EncryptedAccuracy)}",
        judged ? $"{agreement.Verdicts.Sum(v => v.Same)} of {agreement.Verdicts.Sum(v => v.Judged)}" : "-",
        Text(s.Seconds),
    ];

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);

    private static Option<int> Number(string name, string description, int value) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };
}
