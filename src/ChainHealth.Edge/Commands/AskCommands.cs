using System.CommandLine;
using System.Globalization;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>status and upload: questions to a running edge server over its API.</summary>
internal static class AskCommands
{
    public static Command Status()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string?> of = Of();
        var command = new Command("status", "what an edge server does, its data set and its last trouble")
        {
            network, member, of,
        };
        command.SetAction((r, cancellation) => AskAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetValue(of),
            async (edges, server) => Print(server, await edges.AskAsync(server.Id, EdgeCalls.Status, cancellation))));
        return command;
    }

    public static Command Upload()
    {
        Option<string> network = EdgeOptions.Network();
        Option<string> member = EdgeOptions.Member();
        Option<string?> of = Of();
        var file = new Argument<string>("FILE") { Description = "a .csv, .npz or .zip of images" };
        Option<string?> name = new("--name") { Description = "name of the data set; default: the file's" };
        Option<bool> use = new("--use") { Description = "use it from now on" };
        var command = new Command("upload", "hand a data set to an edge server, in pieces, checked at its end")
        {
            file, network, member, of, name, use,
        };
        command.SetAction((r, cancellation) => AskAsync(
            r.GetRequiredValue(network), r.GetRequiredValue(member), r.GetValue(of),
            (edges, server) => UploadAsync(
                edges, server, r.GetRequiredValue(file), r.GetValue(name), r.GetValue(use), cancellation)));
        return command;
    }

    private static Option<string?> Of() => new("--of")
    {
        Description = "whose edge server; default: the member's own", HelpName = "NAME",
    };

    private static async Task<int> AskAsync(
        string network, string name, string? of, Func<EdgeClient, Member, Task> ask)
    {
        using MemberIdentity identity = MemberIdentity.Load(network, name);
        Member[] members = [.. identity.Genesis.Members.Where(m => m.Id != identity.Member.Id), identity.Member];
        await using var edges = new EdgeClient(
            LinkIdentity.Of(identity), EdgeAddresses.Load(identity.Folder), () => members);
        Member server = edges.Servers.FirstOrDefault(s => s.Name == (of ?? name))
            ?? throw new EdgeException($"no address is known of an edge server of {of ?? name}; known are: "
                + string.Join(", ", edges.Servers.Select(s => s.Name)));
        try
        {
            await ask(edges, server);
            return 0;
        }
        catch (EdgeCallException e)
        {
            throw new EdgeException($"{server.Name} at {server.Endpoint}: {e.Message}");
        }
    }

    private static void Print(Member server, EdgeStatus status)
    {
        Console.WriteLine($"{server.Name} at {server.Endpoint}, version {status.Version}");
        Console.WriteLine($"data set  {status.Dataset}, {status.Records} records of its own");
        Console.WriteLine(status.Run.Value == 0
            ? $"doing     {status.Activity}"
            : string.Create(CultureInfo.InvariantCulture,
                $"doing     {status.Activity} for run {status.Run}, round {status.Round}, ")
                + string.Create(CultureInfo.InvariantCulture, $"{status.DoneMille / 10.0:0} %"));
        Console.WriteLine(status.LastError.Length == 0
            ? "trouble   none"
            : $"trouble   {status.LastErrorAt.ToDateTimeOffset():u} {status.LastError}");
    }

    private static async Task UploadAsync(
        EdgeClient edges, Member server, string path, string? name, bool use, CancellationToken cancellation)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length is 0 or > EdgeLimits.UploadBytesMax)
        {
            throw new EdgeException(file.Exists
                ? $"{path}: {file.Length} bytes; 1 to {EdgeLimits.UploadBytesMax} are taken"
                : $"there is no file {path}");
        }

        string sent = name is null ? file.Name : name + file.Extension;
        ulong upload = BitConverter.ToUInt64(Guid.NewGuid().ToByteArray());
        UploadProgress progress = new(0, "", "");
        await using FileStream stream = file.OpenRead();
        var buffer = new byte[EdgeLimits.ChunkBytes];
        while (progress.Received < file.Length)
        {
            int read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
            if (read == 0)
            {
                throw new EdgeException($"{path}: became shorter while it was sent");
            }

            progress = await edges.AskAsync(
                server.Id, EdgeCalls.Upload,
                new UploadChunk(upload, sent, file.Length, progress.Received, buffer.AsMemory(0, read)), cancellation);
        }

        Console.WriteLine($"{progress.Dataset}: {progress.Summary}");
        if (use)
        {
            DatasetSummary summary = await edges.AskAsync(
                server.Id, EdgeCalls.UseDataset, progress.Dataset, cancellation);
            Console.WriteLine($"in use from now on: {summary.Name}");
        }
    }
}
