using System.CommandLine;
using System.Text.Json;
using ChainHealth.Learning;

namespace ChainHealth.Edge;

/// <summary>dataset anchors NAME --out FILE: the public records that every hospital of a study mixes into its training,
/// for those that lack the study's public set.</summary>
internal static class DatasetAnchorsCommand
{
    public static Command Create()
    {
        Argument<string> name = new("NAME") { Description = "the study's public data set" };
        Option<string> target = new("--out") { Description = "file for the anchors", Required = true };
        Option<string?> data = EdgeOptions.Data();
        Option<bool> json = new("--json") { Description = "print JSON" };
        var command = new Command("anchors", "write a study's public anchors to a file, for 'serve --anchors FILE'")
        {
            name, target, data, json,
        };
        command.SetAction(r => Write(
            DatasetLoader.Load(r.GetRequiredValue(name), r.GetValue(data)), r.GetRequiredValue(target),
            r.GetValue(json)));
        return command;
    }

    private static void Write(Dataset dataset, string path, bool json)
    {
        var file = AnchorFile.Of(dataset, TrainingDefaults.For(dataset).Options.AnchorsPerClass);
        File.WriteAllBytes(path, file.Encode());
        int[] counts = file.Records.CountPerClass();
        Console.WriteLine(json
            ? JsonSerializer.Serialize(new
            {
                dataset = dataset.Name, path, anchors = counts, sha256 = file.Checksum.ToString(),
            })
            : $"{path}: anchors of {dataset.Name}: "
                + string.Join(", ", counts.Select((n, i) => $"{n} {file.ClassNames[i]}"))
                + $"\nSHA-256 {file.Checksum} (the plan of a run names it)");
    }
}
