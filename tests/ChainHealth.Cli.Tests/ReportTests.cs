using System.Text.Json;
using System.Text.Json.Nodes;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Cli.Tests;

/// <summary>The JSON of a run, its table, its summary and the figures in them.</summary>
public sealed class ReportTests
{
    [Fact]
    public void The_json_of_a_run_has_the_promised_shape()
    {
        var traffic = new ConsensusTraffic();
        traffic.Note(Status(1, 500), 0);
        traffic.Note(Status(1, 2_500), 1);
        RunReport report = RunReporter.Report(SampleRun.State(), SampleRun.Run(), traffic);
        using var json = JsonDocument.Parse(JsonSerializer.Serialize(report, JsonShape.Indented));
        JsonElement round = json.RootElement.GetProperty("rounds")[0];
        Assert.Equal(0.947, round.GetProperty("accuracy").GetDouble());
        Assert.Equal([0.971, 0.905], round.GetProperty("accuracyPerClass").EnumerateArray().Select(e => e.GetDouble()));
        Assert.Equal(
            ["hospital-1 accepted 3 of 4", "hospital-2 poisoned 4 of 4", "hospital-3 missing no commitment"],
            round.GetProperty("hospitals").EnumerateArray().Select(h =>
                $"{h.GetProperty("id")} {h.GetProperty("verdict")} {h.GetProperty("reason")}"));
        JsonElement seconds = round.GetProperty("seconds");
        Assert.Equal(
            [2.5, 0.4, 2.0, 0.3, 0.2],
            new[] { "train", "commit", "check", "aggregate", "publish" }
                .Select(n => seconds.GetProperty(n).GetDouble()));
        JsonElement bytes = round.GetProperty("bytes");
        Assert.Equal(
            [2_000, 123_456, 2_000],
            new[] { "shares", "check", "consensus" }.Select(n => bytes.GetProperty(n).GetInt64()));
        Assert.Equal(SampleRun.Model.ToString(), round.GetProperty("modelHash").GetString());
        Assert.Equal(
            ["hospital-1", "hospital-2"],
            round.GetProperty("verifiedBy").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("2 of 3 hospitals, hospital-3 missing", round.GetProperty("heard").GetString());
        Assert.Equal("last-round", json.RootElement.GetProperty("end").GetString());
    }

    [Fact]
    public void A_finished_run_is_complete_and_says_who_was_refused()
    {
        RunReport report = RunReporter.Report(SampleRun.State(), SampleRun.Run(), new ConsensusTraffic());
        Assert.True(DemoSummary.IsComplete(report));
        string[] lines = [.. DemoSummary.Lines(report)];
        Assert.Contains("accuracy      94.7 % on the test split", lines);
        Assert.Contains("verified by   hospital-1, hospital-2", lines);
        Assert.Contains("refused       hospital-2 in round 1", lines);
    }

    [Fact]
    public void Traffic_of_rounds_shorter_than_a_report_is_spread_over_them()
    {
        var traffic = new ConsensusTraffic();
        traffic.Note(Status(1, 100), 0);
        traffic.Note(Status(1, 700), 1);
        traffic.Note(Status(1, 1_600), 3);
        Assert.Equal([600, 450, 450], new[] { 1, 2, 3 }.Select(traffic.Of));
    }

    [Fact]
    public void A_run_that_kept_its_old_model_or_failed_is_not_complete()
    {
        RunState run = SampleRun.Run();
        RunState kept = run with { Records = [SampleRun.Round() with { KeptOldModel = true, Model = null }] };
        RunState failed = run with { Phase = new EndedPhase(new Instant(1), RunEnd.Failed, "two updates, 3 needed") };
        Assert.All(
            [kept, failed],
            r => Assert.False(DemoSummary.IsComplete(
                RunReporter.Report(SampleRun.State(), r, new ConsensusTraffic()))));
    }

    [Fact]
    public void A_refused_aggregate_a_failed_attempt_and_a_suspension_are_told()
    {
        RoundRecord round = SampleRun.Round();
        HospitalOutcome suspended = round.Outcomes[0] with
        {
            Verdict = Verdict.Suspended, Reason = "suspended through round 3 after 2 refusals",
        };
        RunState run = SampleRun.Run() with
        {
            Records =
            [
                round with
                {
                    KeptOldModel = true,
                    AggregateRefused = true,
                    Outcomes = round.Outcomes.SetItem(0, suspended),
                    FailedAttempts = [new FailedAttempt("check", 1, [], "no three equal votes")],
                },
            ],
        };
        RunReport report = RunReporter.Report(SampleRun.State(), run, new ConsensusTraffic());
        Assert.Equal(
            [
                "round 1       aggregate-refused: the mean of the accepted updates failed its test, nothing was opened",
                "round 1       check attempt 1 failed: no three equal votes",
                "round 1       hospital-1 suspended through round 3 after 2 refusals",
            ],
            DemoSummary.Lines(report).Where(l => l.StartsWith("round", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_table_is_plain_text_where_output_is_piped()
    {
        var output = new StringWriter();
        Terminal terminal = Terminal.Plain(output, TextWriter.Null);
        terminal.Console.Write(RunTable.Build(SampleRun.State(), SampleRun.Run(), new ConsensusTraffic(), 180));
        string text = output.ToString();
        Assert.DoesNotContain('\u001b', text);
        foreach (string cell in (string[])
            ["hospital-1", "accepted", "poisoned", "missing", "94.7 %", "2.0 s", "127.4 KiB"])
        {
            Assert.Contains(cell, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void In_a_narrow_terminal_every_line_of_the_table_fits()
    {
        var output = new StringWriter();
        Terminal.Plain(output, TextWriter.Null).Console.Write(
            RunTable.Build(SampleRun.State(), SampleRun.Run(), new ConsensusTraffic(), 80));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.All(lines, l => Assert.InRange(l.Length, 1, 100));
        Assert.Contains("1 accepted, 1 poisoned, 1 missing", lines[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_the_run_is_told_line_by_line()
    {
        var output = new StringWriter();
        var view = new RunView(Terminal.Plain(output, TextWriter.Null));
        view.Show(new ChildNotice("hospital-2", "hospital-2 ended by itself with exit code 139; restarted (1 of 3)"));
        view.Show(new RunMoment(SampleRun.State(), SampleRun.Run(), new ConsensusTraffic()));
        Assert.Equal(3, await view.WhileAsync(Task.FromResult(3)));
        string[] lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("hospital-2 ended by itself", lines[0], StringComparison.Ordinal);
        Assert.StartsWith(
            "round 1/1: hospital-1 accepted, hospital-2 poisoned, hospital-3 missing; accuracy 94.7 %", lines[1],
            StringComparison.Ordinal);
        Assert.Equal("round 1/1: ended", lines[2]);
    }

    [Fact]
    public void Traffic_counts_for_the_round_in_which_it_was_sent_and_survives_a_restart()
    {
        var traffic = new ConsensusTraffic();
        traffic.Note(Status(1, 100), 0);
        traffic.Note(Status(1, 300), 1);
        traffic.Note(Status(1, 350), 2);
        traffic.Note(Status(1, 40), 2);
        Assert.Equal((200, 90), (traffic.Of(1), traffic.Of(2)));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(3 * 1024 * 1024, "3.0 MiB")]
    public void Bytes_are_written_with_their_unit(long bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));

    [Fact]
    public void Percentiles_are_by_nearest_rank()
    {
        double[] values = [.. Enumerable.Range(1, 200).Select(i => (double)i)];
        Assert.Equal((100, 198, 0), (Percentile.Of(values, 50), Percentile.Of(values, 99), Percentile.Of([], 99)));
    }

    [Fact]
    public void The_plain_time_stands_beside_the_encrypted_one()
    {
        JsonObject both = BenchSmpcCommand.Combine(
            new JsonObject { ["seconds"] = 2.0, ["bytes"] = 5 }, new JsonObject { ["plainMilliseconds"] = 10.0 });
        Assert.Equal((0.01, 200.0, 5), ((double)both["plainSeconds"]!, (double)both["ratio"]!, (int)both["bytes"]!));
    }

    [Theory]
    [InlineData("{\"run\": 7, \"height\": 2}", 7u)]
    [InlineData("{\"run\": -1}", null)]
    [InlineData("{}", null)]
    [InlineData("[]", null)]
    [InlineData("run 7", null)]
    public void The_number_of_a_started_run_is_read(string answer, uint? number) =>
        Assert.Equal(number, EdgeQuestions.TryReadRun(answer)?.Value);

    private static NodeStatus Status(uint validator, long bytes) => new(
        new MemberId(validator), true, default, default, default, 3, bytes, 0, 0, "", "1");
}
