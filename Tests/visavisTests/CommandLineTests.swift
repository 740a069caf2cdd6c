import ArgumentParser
import Foundation
import Geometry
import MediaIO
import Testing

@testable import visavis

@Suite struct CommandLineTests {
  @Test func compareExplainsItself() {
    let expected = """
      OVERVIEW: Measure how alike a rendered video is to the real one.

      Frames are paired by the times at which they are shown. Reported are the peak signal-to-noise ratio
      (higher is better; above 30 dB looks alike) and the structural similarity (1 is equal), for whole
      frames and, where asked for, a part of them. Either side may also be a folder of numbered pictures.

      Example: visavis compare talk.mp4 rendered.mp4 --side-by-side both.mp4

      USAGE: visavis compare <reference> <rendered> [--crop <x,y,width,height>] [--matte <path>] [--offset <seconds>] [--frame-rate <rate>] [--background <colour>] [--side-by-side <video>] [--plot <picture>] [--json] [--quiet]

      ARGUMENTS:
        <reference>             The real video, or a folder of pictures.
        <rendered>              The rendered video, or a folder of pictures.

      OPTIONS:
        --crop <x,y,width,height>
                                Also measure within this rectangle.
        --matte <path>          Also measure within the box around what this matte video, or folder,
                                shows in white.
        --offset <seconds>      Add to the times of the rendered video. (default: 0.0)
        --frame-rate <rate>     Frames a second of folders. (default: that of the video, or 30)
        --background <colour>   What transparent pictures are laid over. (default: grey)
        --side-by-side <video>  Write both videos side by side.
        --plot <picture>        Draw the ratio of every frame as a line; rules are 5 dB apart.
        --json                  Print the result, or the error, as JSON on standard output.
        -q, --quiet             Show no progress.
        --version               Show the version.
        -h, --help              Show help information.

      """
    #expect(Visavis.helpMessage(for: CompareCommand.self, columns: 100) == expected)
  }

  @Test func driveExplainsItself() {
    let expected = """
      OVERVIEW: Follow a person in a video, or a program's face, and say what their avatar shall do.

      Every frame is treated as a live camera's: nothing waits for what comes later, but for --lookahead
      while the stream is coded. While the face is hidden the avatar holds still. Control-C ends the
      stream early.

      Instead of a video, programs may drive: --from livelink, ifacialmocap, vmc, openseeface or vrcft,
      each with a port and the regions it shall drive, as in livelink:11111@mouth+brows. Regions are
      eyes, brows, cheeks, mouth and head. --to sends states on: to our own at udp://, to others at
      vmc://, livelink://, ifacialmocap:// or vrcft://.

      Example: visavis drive talk.mp4 --avatar me.avatar -o talk.vvs

      More:
        visavis drive --from livelink@mouth --from vmc --avatar me.avatar --to talk.vvs
        visavis drive take.csv --avatar me.avatar -o take.vvs
        visavis drive talk.vvs --to vmc://192.168.1.5

      USAGE: visavis drive [<options>] [<video>]

      ARGUMENTS:
        <video>                 The video of the person, a recording of another program, or a stream to
                                send on.

      OPTIONS:
        --avatar <file>         The person's avatar.
        -o, --output <file>     The stream to write. (default: the video's name, ending in .vvs)
        --from <seconds|protocol>
                                Use the video from here; or listen to a program, again for each.
        --to <seconds|file|url> Use the video up to here; or write or send the stream there.
        --phone <address>       Ask iFacialMocap on this phone to send.
        --centre                Take each program's first pose for facing straight ahead.
        --rate <states>         States a second while programs drive. (default: 30.0)
        --duration <seconds>    End after this time while programs drive.
        --landmarks-only        Do not compare the avatar with the pictures: quicker, and less alike.
        --quality <quality>     How alike the coded stream shall look: low, medium, high, or decibels, 20
                                to 60. (default: medium)
        --lookahead <frames>    How many frames the coding looks ahead, 0 to 2: fewer bits for more
                                delay. (default: 2)
        --key <file>            Sign the stream with this key; make one with visavis key new.
        --json                  Print the result, or the error, as JSON on standard output.
        -q, --quiet             Show no progress.
        --version               Show the version.
        -h, --help              Show help information.

      """
    #expect(Visavis.helpMessage(for: DriveCommand.self, columns: 100) == expected)
  }

  @Test func renderExplainsItself() {
    let expected = """
      OVERVIEW: Draw an avatar as a stream drives it: a video, or pictures with transparency.

      Without a view the framing, size and frame times are exactly the driving video's. With --yaw,
      --pitch, --orbit or --size the picture is square, shows head and shoulders, and the camera stands
      still. A scene of splats from another program (.ply, .spz, .glb) becomes a still picture.

      Example: visavis render talk.vvs --avatar me.avatar -o talk.mp4 --yaw 20

      More: visavis render scene.ply -o scene.png --size 1024

      USAGE: visavis render [<options>] <stream>

      ARGUMENTS:
        <stream>                The stream, or a scene.

      OPTIONS:
        --avatar <file>         The avatar to draw.
        -o, --output <video>    The video to write. (default: the stream's name, ending in .mp4)
        --frames <folder>       Write numbered PNG pictures with straight alpha into this new or empty
                                folder.
        --view <view>           As the driving camera saw it, or from the front. (values: source, front)
        --yaw <degrees>         Turn the camera about the head, towards the person's left.
        --pitch <degrees>       Turn the camera about the head, upwards.
        --orbit                 Sweep the camera 35° to either side over the clip.
        --size <pixels>         Width and height of a square picture.
        --background <colour|picture>
                                What is behind: grey, black, white, r,g,b, #rrggbb, or a picture.
                                (default: grey)
        --audio <video>         Add the sound of this video, from which the stream was made.
        --json                  Print the result, or the error, as JSON on standard output.
        -q, --quiet             Show no progress.
        --version               Show the version.
        -h, --help              Show help information.

      """
    #expect(Visavis.helpMessage(for: RenderCommand.self, columns: 100) == expected)
  }

  @Test func everyCommandHasAnExample() {
    for command in Visavis.configuration.subcommands
    where command.configuration.shouldDisplay {
      let help = Visavis.helpMessage(for: command, columns: 200)
      #expect(help.contains("Example: visavis \(command._commandName) "))
    }
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func shellsCompleteTheCommands(shell: String) throws {
    let shell = try #require(CompletionShell(rawValue: shell))
    let script = Visavis.completionScript(for: shell)
    for word in ["enroll", "drive", "render", "compare", "info", "side-by-side", "landmarks-only"] {
      #expect(script.contains(word))
    }
  }

  @Test func everyMediaErrorHasASentenceWithItsFacts() {
    let cases: [(MediaError, FailureCode, [String])] = [
      (.notFound(path: "/p"), .noInput, ["/p"]),
      (.cannotOpen(path: "/p", reason: "why"), .noInput, ["/p", "why"]),
      (.notMedia(path: "/p", reason: "why"), .badData, ["/p", "why"]),
      (.noVideoStream(path: "/p"), .badData, ["/p"]),
      (.noDecoder(path: "/p", codec: "vvc"), .badData, ["/p", "vvc"]),
      (.damaged(path: "/p", reason: "why"), .badData, ["/p", "why"]),
      (.cannotCreate(path: "/p", reason: "why"), .cannotCreate, ["/p", "why"]),
      (.diskFull(path: "/p"), .inputOutput, ["/p"]),
      (.cannotWrite(path: "/p", reason: "why"), .inputOutput, ["/p", "why"]),
      (.noEncoder(name: "libx264"), .unavailable, ["libx264"]),
      (.unknownExtension(path: "/p"), .usage, ["/p", ".mp4"]),
      (
        .sizeMismatch(expectedWidth: 1, expectedHeight: 2, width: 3, height: 4), .software,
        ["1 × 2", "3 × 4"]
      ),
      (.timesNotIncreasing(previous: 1.5, next: 1.25), .software, ["1.5", "1.25"]),
      (.unusablePicture(reason: "why"), .badData, ["why"]),
      (.outOfMemory, .software, ["memory"]),
    ]
    for (error, code, facts) in cases {
      let failure = Failure(error)
      #expect(failure.exitCode == code)
      #expect(failure.sentence.hasSuffix("."))
      for fact in facts { #expect(failure.sentence.contains(fact)) }
    }
  }

  @Test func everyErrorHasAJSONForm() throws {
    let failure = Failure(MediaError.notFound(path: "/p"))
    let text = JSONOutput.text(failure.report)
    let read = try JSONDecoder().decode(Failure.Report.self, from: Data(text.utf8))
    #expect(read.error.code == 66 && read.error.kind == "noInput")
    #expect(read.error.message == failure.sentence)
    #expect(Failure(Interruption.requested).exitCode.rawValue == 130)
    #expect(Failure(ValidationError("No.")) == Failure(sentence: "No.", exitCode: .usage))
    struct Unknown: Error {}
    #expect(Failure(Unknown()).exitCode == .software)
  }

  @Test func infinitiesSurviveJSON() throws {
    let scores = try #require(text(of: ["psnr": Double.infinity, "ssim": 1]))
    #expect(scores == "{\n  \"psnr\" : \"Infinity\",\n  \"ssim\" : 1\n}")
  }

  private func text(of value: [String: Double]) -> String? { JSONOutput.text(value) }
}

@Suite struct ProgressTests {
  /// Runs a task of a hundred steps, a tenth of a second each, and returns what was written.
  private func run(_ style: ProgressReporter.Style, total: Int? = 100) -> String {
    var (now, text) = (0.0, "")
    let progress = ProgressReporter(
      "Fitting", unit: "frames", total: total, style: style, clock: { now }, write: { text += $0 })
    for _ in 0..<100 {
      now += 0.1
      progress.advance()
    }
    progress.finish()
    progress.finish()
    return text
  }

  @Test func aTerminalGetsOneLineThatIsRewritten() {
    let text = run(.bar(columns: 80))
    #expect(text.filter { $0 == "\n" }.count == 1)
    let lines: [Substring] = text.split { $0 == "\r" }
    #expect(lines.count > 50)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(
      lines.contains {
        $0.contains("█░") && $0.contains(" of 100 frames, 10 a second, ") && $0.hasSuffix(" s left")
      })
    #expect(lines.last?.hasPrefix("Fitting: 100 frames in 10 s") == true)
  }

  @Test func aNarrowTerminalIsNotOverrun() {
    let lines: [Substring] = run(.bar(columns: 30)).split { $0 == "\r" }
    #expect(lines.dropLast().allSatisfy { $0.count < 30 })
  }

  @Test func aFileGetsAFewPlainLines() {
    let lines: [Substring] = run(.lines).split { $0 == "\n" }
    #expect(lines.count == 3 || lines.count == 2)
    #expect(lines[0].hasPrefix("Fitting: ") && lines[0].contains("a second"))
    #expect(lines.last == "Fitting: 100 frames in 10 s")
  }

  @Test func anUnknownTotalShowsNoTimeLeft() {
    #expect(!run(.bar(columns: 80), total: nil).contains("left"))
    #expect(!run(.lines, total: 0).contains("left"))
  }

  @Test func quietIsQuiet() {
    #expect(run(.silent) == "")
  }

  @Test(arguments: [
    (0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.7, "1 min 0 s"), (125, "2 min 5 s"),
    (3780, "1 h 3 min"), (.infinity, "a long time"),
  ])
  func timesReadNaturally(seconds: Double, text: String) {
    #expect(ProgressReporter.time(seconds) == text)
  }
}
