using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using ChainHealth.Learning;
using Spectre.Console;
using Table = Spectre.Console.Table;

namespace ChainHealth.Edge;

/// <summary>dataset list | show NAME | get NAME | anchors NAME | screen.</summary>
internal static class DatasetCommands
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create() => new("dataset", "the data sets: list, show, get, anchors, screen")
    {
        CreateList(), CreateShow(), CreateGet(), DatasetAnchorsCommand.Create(), DatasetScreenCommand.Create(),
    };

    private static Option<bool> Json() => new("--json") { Description = "print JSON" };

    private static Command CreateList()
    {
        Option<string?> data = EdgeOptions.Data();
        Option<bool> json = Json();
        var command = new Command("list", "known data sets and where they were found") { data, json };
        command.SetAction(r => List(DatasetFolders.Of(r.GetValue(data)), r.GetValue(json)));
        return command;
    }

    private static Command CreateShow()
    {
        Argument<string> name = new("NAME") { Description = "a known name, a file or a folder of images" };
        Option<string?> data = EdgeOptions.Data();
        Option<bool> json = Json();
        var command = new Command("show", "counts, classes, licence and provenance of a data set") { name, data, json };
        command.SetAction(r => Show(
            DatasetLoader.Load(r.GetRequiredValue(name), r.GetValue(data)), r.GetValue(json)));
        return command;
    }

    private static Command CreateGet()
    {
        Argument<string> name = new("NAME") { Description = "a known name" };
        Option<Uri?> from = new("--from") { Description = "another address of the same file, such as a mirror" };
        Option<string> folder = new("--to")
        {
            Description = "folder for the file", DefaultValueFactory = _ => DatasetFolders.UserFolder,
        };
        Option<bool> json = Json();
        var command = new Command("get", "download a data set from its publisher; resumes, and checks the checksum")
        {
            name, from, folder, json,
        };
        command.SetAction((r, cancellation) => GetAsync(
            r.GetRequiredValue(name), r.GetValue(from), r.GetValue(folder)!, r.GetValue(json), cancellation));
        return command;
    }

    private static void List(DatasetFolders folders, bool json)
    {
        var rows = DatasetCatalog.Entries
            .Select(e => new { e.Name, e.Title, e.Licence, Place = e.Embedded ? "built in" : folders.Find(e) })
            .ToList();
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                rows.Select(r => new { name = r.Name, title = r.Title, licence = r.Licence, found = r.Place }),
                Indented));
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumns("name", "what", "licence", "found");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Name), Markup.Escape(row.Title), Markup.Escape(row.Licence),
                Markup.Escape(row.Place ?? "no"));
        }

        AnsiConsole.Write(table);
    }

    private static void Show(Dataset dataset, bool json)
    {
        var splits = new[]
        {
            (Name: "train", Records: dataset.Train), (Name: "validation", Records: dataset.Validation),
            (Name: "test", Records: dataset.Test),
        };
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    name = dataset.Name,
                    shape = dataset.Schema.Shape.ToString(),
                    classes = dataset.Schema.ClassNames,
                    features = dataset.Schema.FeatureNames,
                    splits = splits.ToDictionary(s => s.Name, s => s.Records.CountPerClass()),
                    licence = dataset.Licence,
                    provenance = dataset.Provenance,
                    verified = dataset.Verified,
                },
                Indented));
            return;
        }

        Table table = new Table().Border(TableBorder.Rounded).AddColumn("class");
        foreach ((string name, _) in splits)
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        for (int c = 0; c < dataset.Schema.Classes; c++)
        {
            table.AddRow([
                Markup.Escape(dataset.Schema.ClassNames[c]),
                .. splits.Select(s => s.Records.CountPerClass()[c].ToString(CultureInfo.InvariantCulture)),
            ]);
        }

        AnsiConsole.MarkupLineInterpolated($"[bold]{dataset.Name}[/]  records of {dataset.Schema.Shape.ToString()}");
        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"licence: {dataset.Licence}");
        AnsiConsole.MarkupLineInterpolated($"source: {dataset.Provenance}");
        AnsiConsole.WriteLine(dataset.Verified ? "checksum: known copy" : "checksum: not one of the known copies");
    }

    private static async Task<int> GetAsync(
        string name, Uri? mirror, string folder, bool json, CancellationToken cancellation)
    {
        CatalogEntry entry = DatasetCatalog.Find(name) ?? throw new EdgeException(
            $"unknown data set '{name}'; known: {string.Join(", ", DatasetCatalog.Entries.Select(e => e.Name))}");
        if (entry.Embedded)
        {
            throw new EdgeException($"'{entry.Name}' is built in; there is nothing to download");
        }

        Uri from = mirror ?? entry.Download ?? throw new EdgeException(
            $"the publisher serves no such file; '{entry.Name}' comes from: {entry.Source}. Name a copy with --from");
        using var client = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var download = new DatasetDownload(client, DownloadLimits.Default);
        string path = await WithProgressAsync(
            entry.Name,
            progress => download.FetchAsync(
                from, folder, entry.FileNames[0], entry.Checksums[0], progress, cancellation));
        Console.WriteLine(json ? JsonSerializer.Serialize(new { name = entry.Name, path }) : $"{entry.Name}: {path}");
        return 0;
    }

    /// <summary>The bar goes to the error stream: the output holds only the result.</summary>
    private static async Task<string> WithProgressAsync(
        string name, Func<Action<DownloadProgress>, Task<string>> download)
    {
        var settings = new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) };
        IAnsiConsole console = AnsiConsole.Create(settings);
        return await console.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(),
                new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(name));
                return await download(p =>
                {
                    bar.MaxValue = p.BytesTotal ?? p.Bytes + 1;
                    bar.Value = p.Bytes;
                });
            });
    }
}
