using System.IO.Compression;
using System.Text;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Edge.Tests;

public sealed class DoorTests : IDisposable
{
    private static readonly MemberId Client = new(9);

    private readonly string _folder = Directory.CreateTempSubdirectory("edge-door-").FullName;
    private readonly DatasetDesk _datasets;
    private readonly UploadDesk _uploads;

    public DoorTests()
    {
        _datasets = new DatasetDesk(
            DatasetLoader.Load("wdbc"), Path.Combine(_folder, "datasets"), null, d => d.Train.Take([0, 1, 2, 3]));
        _uploads = new UploadDesk(_datasets, TimeProvider.System);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_summary_counts_ranges_and_judges_but_shows_no_record()
    {
        DatasetSummary summary = _datasets.Summary();
        Assert.Equal(30, summary.Columns.Length);
        Assert.True(summary.Columns[0].Min > 0 && summary.Columns[0].Max > summary.Columns[0].Mean);
        Assert.Equal(4, summary.Splits[0].Records);
        Assert.True(summary.Splits[0].Private);
        Assert.Equal(113, summary.Splits.Single(s => s.Name.StartsWith("Test", StringComparison.Ordinal)).Records);
        Assert.Empty(summary.Samples);
        Assert.Contains(summary.Findings, f => f.Level == FindingLevel.Good);
    }

    [Fact]
    public async Task A_table_that_was_uploaded_in_pieces_can_be_used()
    {
        UploadProgress done = await SendAsync("cells.csv", Encoding.UTF8.GetBytes(TableOf(60)), pieces: 3);
        Assert.Equal("cells", done.Dataset);
        Assert.Contains(_datasets.Offers(), o => o is { Name: "cells", Uploaded: true, InUse: false });
        Assert.Equal("cells", _datasets.Use("cells", []).Name);
        Assert.Equal("x y", string.Join(' ', _datasets.Current.Schema.FeatureNames));
    }

    [Theory]
    [InlineData("cells.exe", ".csv table")]
    [InlineData("../cells.csv", "letters")]
    [InlineData("..%2fcells.csv", "letters")]
    [InlineData("..\\cells.csv", "letters")]
    [InlineData("/etc/cells.csv", "letters")]
    [InlineData("wdbc.csv", "catalog")]
    [InlineData(".csv", "letters")]
    public async Task A_file_name_that_leads_elsewhere_is_refused(string name, string why) =>
        Assert.Contains(why, (await RefusedAsync(name, "x"u8.ToArray())).Message, StringComparison.Ordinal);

    [Fact]
    public async Task What_cannot_be_read_is_refused_by_line_and_leaves_nothing_behind()
    {
        byte[] broken = Encoding.UTF8.GetBytes(TableOf(60) + "1,oops,0\n");
        EdgeCallException fault = await RefusedAsync("cells.csv", broken);
        Assert.Contains("line 62", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_datasets.Offers(), o => o.Name == "cells");
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_piece_out_of_order_ends_the_upload()
    {
        await _uploads.TakeAsync(Client, new UploadChunk(1, "cells.csv", 100, 0, new byte[10]), default);
        var wrong = new UploadChunk(1, "cells.csv", 100, 40, new byte[10]);
        await Assert.ThrowsAsync<EdgeCallException>(() => _uploads.TakeAsync(Client, wrong, default));
        var next = new UploadChunk(1, "cells.csv", 100, 10, new byte[10]);
        EdgeCallException gone = await Assert.ThrowsAsync<EdgeCallException>(
            () => _uploads.TakeAsync(Client, next, default));
        Assert.Contains("not known any more", gone.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bomb_and_a_path_out_of_the_archive_are_refused()
    {
        byte[] bomb = Zip(("a/x.png", new byte[(int)ImageArchive.EntryBytesMax + 1]));
        Assert.True(bomb.Length < 100_000);
        Assert.Contains("unpacks to more", (await RefusedAsync("bomb.zip", bomb)).Message, StringComparison.Ordinal);
        byte[] escape = Zip(("../../a/x.png", [1]));
        Assert.Contains("plain names", (await RefusedAsync("out.zip", escape)).Message, StringComparison.Ordinal);
        byte[] half = Zip(("a/x.png", new byte[5000]))[..60];
        Assert.Contains("truncated", (await RefusedAsync("half.zip", half)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_data_set_that_a_run_needs_is_not_taken_away()
    {
        RoundScenario scene = RoundScenario.Start().Approve();
        RunPlan plan = scene.Run.Plan with { Dataset = "wdbc" };
        EdgeCallException busy = Assert.Throws<EdgeCallException>(
            () => _datasets.Use("heart-failure", [scene.Run with { Plan = plan }]));
        Assert.Contains("uses wdbc", busy.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_update_in_the_clear_is_taken_in_a_rehearsal_alone()
    {
        var updates = new RehearsalUpdates();
        RoundScenario scene = RoundScenario.Start().Approve();
        MemberId hospital = scene.Run.Participants.First();
        int weights = scene.Run.Plan.Architecture.ParameterCount;
        var update = new RehearsalUpdate(scene.Run.Id, scene.Run.Round, 10, [.. new long[weights]]);
        Assert.Contains("no rehearsal", Refusal(scene.Run with { Plan = scene.Run.Plan with { Rehearsal = false } }));
        RunState rehearsal = scene.Run with { Plan = scene.Run.Plan with { Rehearsal = true } };
        Assert.Contains("no open run", Refusal(null));
        Assert.Contains("no part", Assert.Throws<EdgeCallException>(
            () => updates.Take(new MemberId(99), update, rehearsal)).Message);
        updates.Take(hospital, update, rehearsal);
        update = update with { Update = [1] };
        Assert.Contains("the model has", Refusal(rehearsal));

        string Refusal(RunState? run) =>
            Assert.Throws<EdgeCallException>(() => updates.Take(hospital, update, run)).Message;
    }

    [Fact]
    public void A_hospital_rehearses_only_where_it_allows_that_and_never_outside_a_rehearsal()
    {
        RunPlan plan = RoundScenario.Start().Plan;
        Assert.Throws<EdgeCallException>(() => new Rehearsals(false, null).Ask("label-flip", 2));
        var open = new Rehearsals(true, null);
        Assert.Throws<EdgeCallException>(() => open.Ask("nonsense", 2));
        open.Ask("label-flip", 2);
        Assert.Null(open.AttackIn(plan with { Rehearsal = false }));
        Assert.Equal("label-flip", open.AttackIn(plan with { Rehearsal = true })!.Text);
        open.Ask("", 2);
        Assert.Null(open.AttackIn(plan with { Rehearsal = true }));
    }

    private static string TableOf(int rows)
    {
        var text = new StringBuilder("x,y,label\n");
        for (int i = 0; i < rows; i++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{i},{i % 7},{i % 2}\n");
        }

        return text.ToString();
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in entries)
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private Task<EdgeCallException> RefusedAsync(string name, byte[] content) =>
        Assert.ThrowsAsync<EdgeCallException>(() => SendAsync(name, content, 1));

    private async Task<UploadProgress> SendAsync(string name, byte[] content, int pieces)
    {
        UploadProgress? last = null;
        foreach (byte[] piece in content.Chunk((content.Length + pieces - 1) / pieces))
        {
            last = await _uploads.TakeAsync(
                Client, new UploadChunk(4, name, content.Length, last?.Received ?? 0, piece), default);
        }

        return last!;
    }
}
