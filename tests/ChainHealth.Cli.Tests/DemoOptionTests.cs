using System.CommandLine;

namespace ChainHealth.Cli.Tests;

/// <summary>The options of the demo, and what is refused before anything is started.</summary>
public sealed class DemoOptionTests
{
    [Fact]
    public void Without_options_the_demo_is_wdbc_with_five_hospitals_and_four_validators()
    {
        DemoOptions options = Parse();
        Assert.Equal(
            ("wdbc", 5, 4, 3, "iid", true, false, 1UL),
            (options.Dataset, options.Hospitals, options.Validators, options.Rounds, options.Alpha, options.Check,
                options.Headless, options.Seed));
        Assert.Null(options.Model);
        Assert.Null(options.Port);
        DemoChecks.Require(options);
    }

    [Fact]
    public void Attacks_are_given_to_the_last_hospitals_in_turn()
    {
        DemoOptions options = Parse("--hospitals", "6", "--attack", "label-flip:1", "--attack", "sign-flip:2");
        IEnumerable<string> attacks = Enumerable.Range(1, 6).Select(i => options.AttackOf(i) ?? "none");
        Assert.Equal(["none", "none", "none", "sign-flip", "sign-flip", "label-flip"], attacks);
    }

    [Theory]
    [InlineData("label-flip:2", "label-flip", 2)]
    [InlineData("label-flip", "label-flip", 1)]
    [InlineData("targeted-flip:0:1:3", "targeted-flip:0:1", 3)]
    public void An_attack_is_a_kind_and_a_count(string text, string kind, int count)
    {
        Assert.Equal(new AttackSpec(kind, count), AttackSpec.TryParse(text, out string? fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("label-flip:0")]
    [InlineData("label-flip:-1")]
    [InlineData("label-flip:two")]
    [InlineData(":1")]
    [InlineData("")]
    public void An_attack_without_a_kind_or_a_count_is_refused(string text)
    {
        Assert.Null(AttackSpec.TryParse(text, out string? fault));
        Assert.Contains($"'{text}'", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5 validators are not 3f+1", "--validators", "5")]
    [InlineData("3 validators are not 3f+1", "--validators", "3")]
    [InlineData("too few hospitals: 2", "--hospitals", "2")]
    [InlineData("too many hospitals: 65", "--hospitals", "65")]
    [InlineData("--rounds 0 is out of range", "--rounds", "0")]
    [InlineData("--alpha even is neither", "--alpha", "even")]
    [InlineData("--alpha -1 is neither", "--alpha", "-1")]
    [InlineData("--port 70000 is not a port", "--port", "70000")]
    [InlineData("6 attackers among 5 hospitals", "--attack", "label-flip:6")]
    [InlineData("too few hospitals: 2 honest", "--attack", "label-flip:3")]
    [InlineData("there is no folder /nowhere/data", "--data", "/nowhere/data")]
    [InlineData("there is no folder /nowhere", "--json", "/nowhere/report.json")]
    public void What_cannot_be_is_refused_with_a_way_out(string what, params string[] arguments)
    {
        UserError fault = Assert.Throws<UserError>(() => DemoChecks.Require(Parse(arguments)));
        Assert.StartsWith(what, fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Next);
        Assert.Equal(ExitCode.Usage, fault.Code);
    }

    [Fact]
    public void Without_a_check_few_honest_hospitals_are_allowed() =>
        DemoChecks.Require(Parse("--attack", "label-flip:3", "--no-check"));

    [Theory]
    [InlineData("all", true)]
    [InlineData("none", false, "--no-check")]
    [InlineData("none", false, "--checks", "none")]
    [InlineData("accuracy+recall", true, "--checks", "accuracy+recall")]
    public void The_checks_are_chosen_by_name(string checks, bool check, params string[] arguments)
    {
        DemoOptions options = Parse(arguments);
        Assert.Equal((checks, check), (options.Checks, options.Check));
    }

    [Fact]
    public void No_check_beside_chosen_checks_is_a_contradiction() => Assert.Contains(
        "--checks recall", Assert.Throws<UserError>(() => Parse("--no-check", "--checks", "recall")).Message,
        StringComparison.Ordinal);

    private static DemoOptions Parse(params string[] arguments)
    {
        var options = new DemoCommandOptions();
        var command = new Command("demo");
        foreach (Option option in options.All())
        {
            command.Add(option);
        }

        ParseResult parsed = command.Parse(arguments);
        Assert.Empty(parsed.Errors);
        return options.Read(parsed);
    }
}
