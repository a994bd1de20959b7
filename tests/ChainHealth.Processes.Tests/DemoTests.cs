using System.Text.Json;

namespace ChainHealth.Processes.Tests;

/// <summary>The demo as a newcomer runs it, with few rounds.</summary>
public sealed class DemoTests : WorkPlace
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task All_hospitals_verify_the_model_and_no_process_is_left()
    {
        JsonElement report = await DemoAsync("--hospitals", "3", "--rounds", "2");
        Assert.Equal("last-round", report.GetProperty("end").GetString());
        JsonElement[] rounds = [.. report.GetProperty("rounds").EnumerateArray()];
        Assert.Equal(2, rounds.Length);
        Assert.All(rounds, r =>
        {
            Assert.Equal(["hospital-1 accepted", "hospital-2 accepted", "hospital-3 accepted"], Verdicts(r));
            Assert.Equal(["hospital-1", "hospital-2", "hospital-3"], Strings(r, "verifiedBy"));
            Assert.True(r.GetProperty("bytes").GetProperty("check").GetInt64() > 0);
            Assert.True(r.GetProperty("bytes").GetProperty("consensus").GetInt64() > 0);
        });
        Assert.True(report.GetProperty("accuracy").GetDouble() >= 0.85, report.ToString());
    }

    [Fact]
    public async Task A_hospital_that_flips_its_labels_is_refused_and_the_others_are_not()
    {
        JsonElement report = await DemoAsync("--hospitals", "4", "--rounds", "1", "--attack", "label-flip:1");
        JsonElement round = report.GetProperty("rounds")[0];
        Assert.Equal(
            ["hospital-1 accepted", "hospital-2 accepted", "hospital-3 accepted", "hospital-4 poisoned"],
            Verdicts(round));
        Assert.Equal(report.GetProperty("modelHash").GetString(), round.GetProperty("modelHash").GetString());
    }

    [Fact]
    public async Task Sigterm_stops_every_program_and_deletes_nothing_that_was_to_be_kept()
    {
        using var demo = ChainHealthProcess.Start("demo", "--headless", "--work", Network, "--rounds", "50");
        await Wait.UntilAsync(
            () => demo.Output.Contains("round 1/50", StringComparison.Ordinal), $"round 1 begins\n{demo.Error}", Limit);
        demo.Terminate();
        Assert.Equal(1, await demo.EndAsync(TimeSpan.FromSeconds(40)));
        Assert.StartsWith("error: stopped before the end", demo.Error, StringComparison.Ordinal);
        await NobodyIsLeftAsync();
        Assert.True(File.Exists(Path.Combine(Network, "genesis.bin")));
    }

    [Fact]
    public async Task The_programs_end_even_when_the_command_line_is_killed()
    {
        using var demo = ChainHealthProcess.Start("demo", "--headless", "--work", Network, "--hospitals", "3");
        await Wait.UntilAsync(
            () => TheseProcesses.Naming(Network).Length > 4, $"validators and edge servers run\n{demo.Error}", Limit);
        demo.Kill();
        await NobodyIsLeftAsync();
    }

    private async Task<JsonElement> DemoAsync(params string[] options)
    {
        string file = FileIn("report.json");
        (int code, string output, string error) = await ChainHealthProcess.RunAsync(
            Limit, ["demo", "--headless", "--work", Network, "--json", file, .. options]);
        Assert.True(code == 0, $"exit code {code}\n{output}\n{error}");
        await NobodyIsLeftAsync();
        return JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
    }

    private static IEnumerable<string> Verdicts(JsonElement round) => round.GetProperty("hospitals").EnumerateArray()
        .Select(h => $"{h.GetProperty("id")} {h.GetProperty("verdict")}");

    private static IEnumerable<string> Strings(JsonElement from, string name) =>
        from.GetProperty(name).EnumerateArray().Select(e => e.GetString()!);
}
