using System.Text.Json;
using Spectre.Console;

namespace ChainHealth.Cli;

/// <summary>Where a command prints: tables and text for people on standard output, errors on standard error. Colours
/// and live drawing are off when the output is piped.</summary>
public sealed class Terminal
{
    /// <summary>Columns assumed where the output is not a terminal, so that a piped table does not wrap.</summary>
    private const int PipedWidth = 180;

    private readonly TextWriter output;
    private readonly TextWriter error;

    private Terminal(TextWriter output, TextWriter error, IAnsiConsole console, bool interactive)
    {
        (this.output, this.error) = (output, error);
        Console = console;
        Interactive = interactive;
    }

    public IAnsiConsole Console { get; }

    /// <summary>A person is watching a terminal that can redraw.</summary>
    public bool Interactive { get; }

    /// <summary>Print stack traces.</summary>
    public bool Verbose { get; set; }

    public TextWriter Out => output;

    public TextWriter Error => error;

    public static Terminal OfProcess()
    {
        bool interactive = !System.Console.IsOutputRedirected;
        return interactive
            ? new Terminal(System.Console.Out, System.Console.Error, AnsiConsole.Console, true)
            : Plain(System.Console.Out, System.Console.Error);
    }

    /// <summary>No colours and no redrawing: for pipes and tests.</summary>
    public static Terminal Plain(TextWriter output, TextWriter error)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = PipedWidth;
        return new Terminal(output, error, console, false);
    }

    public void Line(string text) => output.WriteLine(text);

    public void Json<T>(T value) => output.WriteLine(JsonSerializer.Serialize(value, JsonShape.Indented));

    public void Show(UserError fault)
    {
        error.WriteLine($"error: {fault.Message}");
        error.WriteLine($"next:  {fault.Next}");
        foreach (string line in fault.Details)
        {
            error.WriteLine("  | " + line);
        }

        if (Verbose)
        {
            error.WriteLine(fault.ToString());
        }
    }
}
