"""The phrases that titles and descriptions are made of.

``OWN`` has one entry for each topic, in the order of the topics; ``SHARED`` has the phrases
that two topics share, by the names that ``senses.SENSES`` uses.  A line with a colon is a bank
of words, ``name: this | that``; a line that starts with ``>`` opens a description; any other
line is a template for titles, whose slots the banks fill.
"""

from __future__ import annotations

COMMON = """
relation: my brother | my flatmate | my dad | my best friend | our neighbour | my cousin \
| my boss | my twin | my sister | Grandad | the landlord | my mum | my uncle | our postman
count: three | five | seven | nine | ten | twelve | fifteen | twenty | thirty | forty | fifty
span: a day | a week | three days | ten days | a fortnight | a month | one weekend \
| a whole term
few: two | three | four | five | six | seven
"""

OWN = (
    # 0 prank fails
    """
    I swapped {relation}'s {thing} for {trick}
    {relation} sat on the {trick} and never forgave me
    Nobody warned {relation} about the {trick} in the {place}
    Fake {trick} in the {place}, real screams
    {count} minutes of people falling for {trick}
    I filled the {place} with {trick} and waited for {relation}
    The {trick} in the {place} backfired
    {relation} got me back with {trick}
    thing: shampoo | toothpaste | birthday cake | pillow | morning tea | packed lunch | slippers \
    | alarm clock | exam notes | strawberry jam | sunglasses | doorbell | gym bag | hairdryer
    trick: whoopee cushions | rubber spiders | wasabi | cling film | itching powder \
    | foam snakes | confetti | salt | air horns | jelly | wet sponges | plastic rats \
    | sneezing powder | balloons
    place: bathroom | lift | office kitchen | wardrobe | changing room | library | back seat \
    | letterbox | waiting room | fridge | tent | photo booth | biscuit tin
    """,
    # 1 celebrity gossip
    """
    Spotted: {star} and {star2} leaving the {venue}
    {star} wore WHAT to the {venue}
    Are {star} and {star2} secretly {status}?
    Inside {star}'s {lavish} {possession}
    Why {star2} unfollowed {star} overnight
    {star} and the {lavish} {possession} everyone is whispering about
    A waiter at the {venue} tells all about {star}
    {star} is {status} again, says {star2}
    star: the soap star | the breakfast host | the boy-band drummer | the talent judge \
    | the runway twin | the jungle winner | the film villain | the weather girl | the teen idol
    star2: the tennis ex | the royal cousin | her bodyguard | his stylist | the billionaire heir \
    | the ballet partner | the TV vet | the racing driver | her co-host | the stand-up comic
    venue: after-party | yacht | gala | airport lounge | premiere | spa | charity ball \
    | rooftop bar
    status: engaged | single | expecting | divorcing | dating | not speaking | back together
    lavish: pink | marble | gold-plated | haunted | nine-bedroom | feathered | secret \
    | outrageous
    possession: wardrobe | mansion | wedding ring | dressing room | swimming pool | bathroom \
    | dog house | treehouse
    """,
    # 2 outrage clips
    """
    {person} BANNED {thing} and I am shaking
    How dare {person} do this to {victim} over {thing}
    Watch {person} lose it over {thing}
    {person} just called {victim} lazy
    This is what {person} really thinks of {victim}
    {victim} deserve better than {person} and these {thing}
    {thing} are an insult to {victim}
    I confronted {person} about {thing}
    They want to take {thing} away from {victim}
    person: this councillor | a parking warden | the head teacher | that landlord \
    | a train guard | this columnist | the gym manager | a wedding guest | the queue jumper \
    | a shop manager | this motorist | the committee
    thing: packed lunches | garden gnomes | wheelie bins | school shoes | bus passes \
    | Sunday lawns | paper straws | tea breaks | dog walks | ringtones | parking spaces \
    | bonfires
    victim: pensioners | nurses | young mums | cyclists | bus drivers | students | gardeners \
    | night workers | renters | dog owners | apprentices
    """,
    # 3 conspiracy tales
    """
    Do {group} live under the {place}?
    {group} knew about the {sign} all along
    The {sign} above the {place} was not a {excuse}
    {count} signs that {group} built the {place}
    The {place} is missing from every map and so are {group}
    They told us the {sign} was a {excuse}
    I decoded the {sign} and now I can't sleep
    Wake up: {group} run the {place}
    place: pyramids | car park | moon base | lighthouse | north pole | airport | lost island \
    | radio mast | reservoir | old observatory | desert gate | ocean trench
    group: the pilots | the Society | the owls' club | the clockmakers | the astronomers \
    | nine bankers | the mapmakers | a secret choir | the pigeons | the ice keepers
    sign: lights | humming | triangle | signal | grey fog | circle | radio code | missing hour \
    | shadow | silver craft | numbers
    excuse: weather balloon | cloud | satellite | street lamp | training flight | camera fault \
    | swamp glow | flock of geese
    """,
    # 4 miracle diets
    """
    Lose {amount} in {span} with {potion}
    Doctors hate this {adjective} {potion}
    Melt your {part} with {potion} before bed
    The {adjective} {potion} that shrank my {part}
    {potion}: how I dropped {amount} by {deadline}
    Drink {potion}, thank me by {deadline}
    My {adjective} {part} after {span} of {potion}
    One spoon of {potion} and goodbye {part}
    amount: two dress sizes | a stone | five kilos | ten kilos | three belt holes \
    | half my weight
    potion: lemon ice | cabbage tonic | moon tea | vinegar water | celery dust | charcoal juice \
    | grapefruit fasting | detox gel | green coffee | parsley water | beetroot drops \
    | ginger shots
    part: belly | waist | double chin | thighs | love handles | puffy face | bloating | arms
    adjective: ancient | overnight | secret | tropical | zero-effort | alpine | forbidden \
    | bedtime
    deadline: Friday | summer | the wedding | Monday morning | my birthday | New Year \
    | the beach
    """,
    # 5 unboxing hauls
    """
    I bought {count} returned {goods} and opened them all
    Everything in my {season} {shop} order
    {goods} worth keeping? My {season} order
    Was my box of {goods} for {price} a scam?
    {count} parcels from a {shop}, one pair of scissors
    A pallet of {goods} for {price}
    Trying on every pair of {wear} from the {season} drop
    First look: {wear} and {goods} from the {shop}
    goods: headphones | phone cases | trainers | kitchen gadgets | smart lamps | perfumes \
    | make-up kits | handbags | tablets | drones | rucksacks | watches | travel mugs
    wear: trainers | sunglasses | boots | leggings | jeans | gloves | earrings | slippers \
    | socks
    season: spring | autumn | midnight | payday | summer | birthday | winter | January \
    | back-to-school
    shop: mystery warehouse | discount site | luxury outlet | flash sale | airport auction \
    | lost-luggage store | clearance bin | subscription box
    price: 20 pounds | 50 pounds | 99 pence | 5 pounds | 300 pounds | two weeks' wages \
    | pocket-money
    """,
    # 6 reality show drama
    """
    {islander} walks out of the {set} in tears
    {islander} kisses {rival} in front of everyone
    The {set} vote that broke {islander} and {rival}
    Nobody told {islander} that {rival} was back in the {set}
    {islander} versus {rival}: the {meal} row in full
    {rival} throws {missile} at {meal}
    Who sent {rival} home? The {set} finale
    {islander} chooses, {rival} leaves the {set}
    islander: Kezia | Bradlee | Tamzin | Jaxon | Coco | Dario | Saffy | Romeo | Bibi | Zane \
    | Lacey
    rival: the new girl | her ex | the twins | the barber | his fiancée | the quiet one \
    | the bride | the firefighter | her own mum | the runner-up
    set: villa | mansion | jungle camp | bakery tent | cruise | hot tub | ski chalet \
    | love cabin | reunion special
    meal: breakfast | the barbecue | brunch | the rose dinner | cocktail hour \
    | the wedding rehearsal
    missile: a drink | her ring | a whole trifle | his phone | a shoe | the microphone \
    | the flowers
    """,
    # 7 slime and satisfying
    """
    {count} minutes of {colour} {stuff} being {action}
    {colour} {stuff}, {action} very slowly
    Can you watch {colour} {stuff} being {action} and not relax?
    Mixing {colour} {stuff} with {extra}
    {extra} pressed into {stuff}
    So crunchy: {stuff} with {extra}
    Close your eyes and listen to the {colour} {stuff}
    Oddly perfect {stuff} {action} by a {machine}
    stuff: soap | kinetic sand | floam | jelly | clay | wax | cloud dough | honey putty | foam \
    | butter goo | bubble wrap | wet chalk
    colour: mint | lavender | peach | galaxy | pearl | neon | coral | buttercup | aqua | rainbow
    action: sliced | squished | poured | peeled | crushed | swirled | scooped | stretched \
    | folded
    extra: foam beads | gold leaf | sprinkles | sequins | tiny shells | ice crystals \
    | candle wax | fake snow | sugar pearls
    machine: hot knife | hydraulic press | rolling pin | laser cutter | pasta roller | drill \
    | wire loop
    """,
    # 8 dance challenges
    """
    {crew} try the {move} in {place}
    We did the {move} {count} times in {place}
    {move} in {place}: counts, feet, attitude
    Who did the {move} better, {crew} or {crew2}?
    {crew} learn the {move} in {few} minutes
    {crew2} and the cleanest {move} of the year
    Do not attempt the {move} in {place}
    Freestyle circle: {crew} meet {crew2}
    move: shoulder shuffle | moon slide | toe-tap spin | backwards wave | double body roll \
    | knee drop | crab step | robot melt | hip switch | lightning footwork | sideways glide
    crew: four nurses | the bus drivers | twin sisters | a wedding party | the whole team \
    | three nans | two strangers | six flatmates | the night shift | our teachers
    crew2: the firefighters | a school choir | my parents | the class next door | the cabin crew \
    | three baristas | the brass band | a rugby squad
    place: a supermarket aisle | heels | the rain | a moving train | slow motion \
    | an airport queue | the dark | wellies | ski boots | the office
    """,
    # 9 street food dares
    """
    The vendor laughed when I ordered {dish}
    {hot} {dish} at a {stall}: one bite, no water
    {relation} tries {dish} at a {stall}
    Only {few} people have finished this {hot} {dish}
    {hot} {dish} from a {stall} at midnight
    I said yes to every {stall} until I cried
    {hot} enough? {dish} versus {relation}
    Would you queue at a {stall} for {dish}?
    dish: fried scorpions | ghost-chilli skewers | fermented eggs | octopus on a stick \
    | blood sausage | durian fritters | cricket tacos | fish-head curry | stinky tofu \
    | chicken feet | volcano wings | pickled jellyfish
    hot: level-ten | tongue-numbing | illegal-looking | flaming | nuclear | four-chilli \
    | tearful
    stall: night market | roadside cart | harbour shack | station kiosk | back-alley grill \
    | floating market | festival truck | bus-stop barbecue
    """,
    # 10 gaming highlights
    """
    {feat} on {level} with {handicap}
    {count} clutch moments from {level}: {feat} and more
    How I beat {boss} with {handicap}
    {boss} down in {few} hits with {handicap}
    This {feat} against {boss} should not work
    This {loot} build breaks {level} ({feat})
    {boss} glitched through the floor of {level}
    Solo queue, {handicap}, one {loot}: watch
    feat: no-hit run | five-kill streak | triple combo | perfect parry | impossible snipe \
    | stealth ace | flawless raid | blind playthrough
    level: the lava temple | the frozen keep | rank-one lobbies | the final circle | hard mode \
    | the sky arena | the sewer level | the secret map | the goblin mines
    boss: the bone dragon | the mirror knight | the moth queen | the clock giant \
    | the swamp witch | the iron wolf | the last guardian | a level-ninety boss
    handicap: one heart left | no armour | a dance mat | inverted controls | the starter sword \
    | no map | a steering wheel | zero potions | my eyes shut
    loot: ice bow | rocket hammer | shadow cloak | frog mount | crystal shield | jetpack \
    | fish sword
    """,
    # 11 car stunts
    """
    {machine} drifting round {course} at {speed}
    Two wheels, one {machine}, {course}
    Can a {machine} jump {gap}?
    Full throttle across {course} in a {machine}
    {count} near misses, one {machine}
    Handbrake turns in a {machine}: lap {few} of {course}
    {machine} clears {gap} at {speed}
    On board a {machine}: {speed} along {course}
    machine: rally hatchback | vintage roadster | fire engine | limousine | rusty estate | taxi \
    | electric pick-up | three-wheeler | monster truck | racing van | convertible | hearse
    course: the quarry | a frozen lake | the mountain pass | the old runway | the multi-storey \
    | the salt flats | a muddy hill climb | the dockside | the harbour wall | a cornfield
    gap: a canyon | four buses | the river | a railway cutting | a ring of fire | another truck
    speed: ninety in reverse | full speed | two hundred | top gear | walking pace, then not
    """,
    # 12 funny pets
    """
    {animal} discovers {object}
    {animal} refuses to share {object}
    {object} versus {animal}, round {few}
    {animal} and {animal2} think nobody is watching
    Who taught {animal} to open {object}?
    {animal} meets {animal2} and regrets it
    {animal2} steals {object} from {animal}
    {relation} left {animal} alone with {object}
    animal: our tabby | a very round hamster | the puppy | a sleepy spaniel | this ginger kitten \
    | a grumpy parrot | the tortoise | our greyhound | a tiny rabbit | the office cat \
    | a cockatoo
    animal2: the ferret | a hedgehog | the neighbour's goose | the new kitten | a sock puppet \
    | the robot vacuum | two guinea pigs | the goldfish | a snail
    object: the mirror | a cucumber | the laundry basket | a cardboard tube | the piano | snow \
    | the biscuit tin | the garden hose | a lemon | the blinds | the birthday balloon | the bath
    """,
    # 13 football goals
    """
    {strike} from {range} in {weather}
    Every {strike} of the {team} season
    The {team} keeper had no chance: {strike}
    {team} score {few} in {few} minutes
    A {strike} worthy of any {occasion}
    {strike} of the month: vote for {team}
    Top corner for {team} in {weather}
    {team} striker and that {strike} in {weather}
    strike: overhead kick | curling free kick | diving header | long-range volley | cheeky chip \
    | back-heel | half-line lob | solo run | left-foot rocket | toe poke
    range: forty metres | the halfway line | the corner flag | an impossible angle \
    | inside the box | his own half | the edge of the area
    weather: driving snow | thick fog | the pouring rain | stoppage time | a heatwave \
    | extra time | the floodlights
    team: Harbour Rovers | Millbrook | Old Quarry | Eastfield | Saltmarsh | Fenwick Park \
    | Ashby Vale | Kingsmere | Dunmoor | the Under-12s | Riverside Women | Pit Lane
    occasion: derby | debut | cup tie | farewell match | Sunday league | relegation fight
    """,
    # 14 travel diaries
    """
    {few} days by {vehicle} through {country}
    Arriving in {country} with one small bag
    Breakfast on a {vehicle}, supper in {country}
    Missing the last {vehicle} to {country}
    {span} alone in {country}: what surprised me
    {country} by {vehicle}, episode {few}
    A {vehicle} ticket to {country} and no plan
    What {span} in {country} costs by {vehicle}
    Sunrise from the {vehicle}: {country}
    vehicle: night train | ferry | folding bicycle | camper van | river boat | mail bus \
    | cable car | sailing boat | tandem | pack donkey | slow train
    country: the western fjords | the lavender hills | the desert oases | the spice islands \
    | the lake district | the high plateau | the rainforest coast | the white villages \
    | the southern steppe | the tea gardens | the volcano country | the rice terraces
    """,
    # 15 home cooking
    """
    {meal} with {ingredient} in one pan
    {season} {meal} with {ingredient}
    My grandmother's {season} {meal}
    A pot of {meal} for {when}
    {ingredient} three ways for {when}
    How I make {meal} for {when}
    Slow {meal}, with {ingredient} from the market
    Leftover {ingredient}? Make {meal}
    {meal} and {ingredient}: supper for {few}
    meal: lentil soup | mushroom risotto | chicken pie | bean stew | vegetable curry \
    | tomato pasta | fish cakes | potato gratin | fried rice | dumplings | shakshuka \
    | barley broth | flatbreads
    ingredient: leeks | squash | wild garlic | new potatoes | chickpeas | spinach | aubergine \
    | smoked paprika | fennel | runner beans | apples | brown lentils | mint
    season: spring | summer | autumn | midwinter | rainy-day | Sunday | weeknight | garden
    when: a cold evening | six friends | one | the week ahead | tired parents | a picnic \
    | Sunday lunch | the freezer
    """,
    # 16 music lessons
    """
    {skill} on the {instrument}, part {few}
    Your first {piece} on the {instrument}
    A {piece} in {key} for {instrument}, bar by bar
    {skill}: the exercise I give every {instrument} pupil
    Reading a {piece} in {key} with the {instrument}
    How to practise {skill} with a {piece}
    From scales to a {piece} in {key}
    {instrument} warm-up: {skill} in {key}
    skill: fingerpicking | bow hold | breathing | barre chords | sight-reading | left-hand jumps \
    | counting triplets | vibrato | clean chord changes | legato | phrasing | ear training
    instrument: cello | flute | recorder | clarinet | harp | oboe | double bass | trumpet \
    | viola | banjo
    piece: waltz | lullaby | blues | sonatina | folk tune | canon | prelude | sea shanty \
    | minuet
    key: G major | D minor | A minor | E flat | C major | F sharp minor | B flat | E minor
    """,
    # 17 do-it-yourself repair
    """
    Mending a {fault} {household} with {tool}
    How to replace the {part} in a {household}
    Why your {household} is {fault}, and the fix
    {tool} and patience: saving a {fault} {household}
    Before you throw out the {household}, check the {part}
    A {fault} {part}? Check these {few} things
    Fitting a new {part}, step by step
    The {household} job I put off for {span}
    household: tap | toaster | washing machine | bicycle wheel | garden gate | sash window \
    | kettle | radiator | wooden chair | door lock | shed roof | bathroom shelf | lamp
    fault: leaking | squeaking | stuck | wobbly | rattling | rusty | jammed | blown | sagging
    part: hinge | washer | fuse | belt | spring | handle | bearing | seal | valve | latch
    tool: a bent spoon | two clamps | wood glue | one spanner | a soldering iron | sandpaper \
    | a bicycle pump | an Allen key | a borrowed drill
    """,
    # 18 history stories
    """
    The {person} who saved {city} from the {disaster}
    How {invention} changed {era}
    A letter from a {person} in {era}
    {city} in {era}: an ordinary day for a {person}
    What {person}s ate in {era}
    {invention} and the {person} behind it
    The {disaster} that emptied {city}
    {city} after the {disaster}: a {person} remembers
    {few} objects a {person} left us from {era}
    disaster: fire | flood | siege | plague | long winter | earthquake | sandstorm | famine
    person: baker | lamplighter | nun | cartographer | blacksmith | weaver | ferryman | midwife \
    | scribe | stonemason | shepherd | printer
    city: Carthage | Samarkand | Lübeck | Timbuktu | Constantinople | Kyoto | Granada | Novgorod \
    | Angkor | York
    invention: the stirrup | paper | the compass | the plough | printing | the canal lock \
    | the loom | the pendulum | glass | the telegraph
    era: the Bronze Age | the plague years | the age of sail | the Middle Ages | the Roman north \
    | the first factories | the Viking winters | the silk road centuries
    """,
    # 19 science explained
    """
    How {thing} {does}
    What {thing} can teach us about {idea}
    {idea} and {thing}, with a {prop}
    {idea} in {few} small experiments with a {prop}
    Is {idea} the reason {thing} {does}?
    If {thing} ignored {idea}: a thought experiment
    Measuring the {quantity} of {thing} with a {prop}
    Where does {thing} get its {quantity}?
    A {prop}, {thing} and the idea of {idea}
    thing: the moon | lightning | a black hole | a magnet | the tide | a glacier | a comet \
    | starlight | a honeybee | the northern glow | a virus | a raindrop
    does: keeps moving | begins | loses energy | knows where to go | changes shape | grows \
    | fades | slows down
    quantity: energy | colour | speed | warmth | rhythm | charge | pull
    idea: gravity | entropy | evolution | resonance | probability | relativity | symmetry \
    | natural selection | feedback | half-life | friction | refraction
    prop: bicycle wheel | glass of water | deck of cards | candle | rubber band | pinhole camera \
    | garden hose | shadow | bar of chocolate | pendulum
    """,
)

SHARED = {
    "daring": """
    We let {relation} drive the {vehicle} into {landing}
    The {vehicle} ramp goes wrong on try number {few}
    {vehicle} versus {landing}: who wins?
    {relation} said the {vehicle} would clear {landing}
    Downhill in a {vehicle}, straight for {landing}
    > It looked safe on paper. It was not paper we landed on.
    > Filmed by the only friend who kept a straight face.
    vehicle: shopping trolley | go-kart | lawnmower | mobility scooter | sofa on wheels \
    | milk float | quad bike | bathtub on wheels | wheelbarrow | unicycle | golf buggy
    landing: a paddling pool | the hedge | a wall of boxes | the duck pond | ten mattresses \
    | a tower of tins | a wedding tent | the neighbour's fence | a pile of leaves \
    | a vat of custard
    """,
    "scandal": """
    The {event} apology from {star} that fooled nobody
    What {star} said about {subject} at the {event} ceremony
    Fans turn on {star} after the {event} speech
    {star} said WHAT about {subject}?
    Everyone is furious with {star} over {subject}
    {star} storms off when asked about {subject}
    > The comments are already on fire, and so are we.
    > We have the footage, the reply, and the reply to the reply.
    event: awards | charity | podcast | red-carpet | opening | breakfast | festival | farewell
    star: the famous chef | the pop duchess | a certain presenter | the fitness queen \
    | the golden-boy actor | the poet with the yacht | that quiz host | the influencer couple
    subject: tipping | nurses | her hometown | free tickets | the fans | school dinners \
    | queueing | other people's dogs | night trains
    """,
    "secrets": """
    The {secret} {insider} tried to hide
    {insider} finally breaks the silence about the {secret}
    Who leaked the {secret}? Follow the clues
    {count} clues that {insider} planted the {secret}
    {insider} lied about the {secret}, and here is the proof
    > Watch the background closely. You will see it too.
    > Everyone was told to keep quiet. Someone did not.
    secret: tape | second letter | locked room | fake vote | missing phone | midnight meeting \
    | pact | hidden microphone | swapped envelope | burnt diary
    insider: the producer | a former guard | the host | the night cleaner | an anonymous caller \
    | the make-up artist | the pilot | number seven | the twin brother
    """,
    "appetite": """
    I ate only {food} for {span}
    {count} bowls of {food} in one sitting
    My stomach after {span} of {food}
    {food} for breakfast, lunch and dinner: day {few}
    {span} of {food} for {prize}
    Would you swallow {food} for {prize}?
    > Please do not try this without someone nearby who likes you.
    > I was told it would change me. It did, around midnight.
    food: raw garlic | chilli noodles | seaweed | boiled eggs | bitter melon | hot peppers \
    | bone broth | pickled cabbage | cayenne soup | live yoghurt | bamboo grubs | lemons
    prize: a free T-shirt | ten pounds | a flat stomach | your photo on the wall | glory \
    | nothing
    """,
    "surprise": """
    Opening {count} mystery {capsule}s
    What is inside the {size} {capsule}?
    {texture} surprise: a {size} {capsule}
    Peeling the film off a {size} {capsule}
    The {texture} sound of a fresh {capsule}
    > Best with headphones, and with nothing else to do.
    > One of these is rare. All of them are shiny.
    capsule: squishy egg | glitter tub | putty pot | blind bag | bath bomb | gel ball | foam box \
    | wax-sealed tin | bubble pack
    size: giant | golden | rare | pocket-sized | glow-in-the-dark | holographic | triple-wrapped \
    | frozen
    texture: crinkly | sticky | crunchy | fluffy | squeaky | silky | bouncy
    """,
    "rhythm": """
    Teaching {partner} the {step}
    {partner} nails the {step} first time
    {partner} has better rhythm than me
    The {step}, but it is {partner}
    Duet with {partner}: {step} in the {room}
    > Sound on, shoes off, treats ready.
    > Tag the friend who moves exactly like this.
    partner: my dog | the cat | a parrot | our baby goat | my neighbour's pony | the school duck \
    | a penguin in socks | the hamster | our llama
    step: cha-cha | two-step | tango | conga | moonwalk | twist | samba | paw shuffle | can-can \
    | waltz
    room: kitchen | hallway | back garden | stable | living room | garage
    """,
    "victory": """
    Last-second {decider} in the {stage}
    From {few} down to champions: the {stage}
    The {decider} that won the {stage}
    {underdog} stun everyone with a {decider}
    {underdog} in the {stage}: {count} best moments
    > Nobody in the room was still sitting down.
    > The comeback, the replay, and the silence just before.
    decider: save | comeback | penalty | double | counter-attack | rebound | hat-trick \
    | headshot | tackle
    stage: grand final | quarter-final | qualifiers | promotion play-off | world cup \
    | charity match | regional league | winter tournament
    underdog: the rookies | the reserves | the bottom seeds | a team of five friends \
    | the wild cards | last year's losers | the substitutes
    """,
    "landmarks": """
    The {adjective} {landmark} at the edge of {region}
    Walking the {adjective} road to the {landmark}
    Who built the {landmark} of {region}?
    A day at the {adjective} {landmark} of {region}
    {region}, seen from the {landmark}
    > With an old map, good boots and time to look up.
    > The people who live here tell it better than any guidebook.
    adjective: forgotten | Roman | drowned | silent | thousand-year-old | half-buried \
    | pilgrims' | walled
    landmark: bridge | monastery | lighthouse | amphitheatre | aqueduct | market square \
    | harbour | watchtower | caravanserai | stone circle
    region: Anatolia | the Atlas mountains | Galicia | the Hebrides | the Danube | Cappadocia \
    | Sicily | the Andes | Brittany | the Caucasus | Crete
    """,
    "kitchen": """
    Why {food} {behaves}
    What heat does to {food}
    The quiet chemistry of {food}
    {food}: what {factor} really changes
    Does {factor} matter? The answer in {few} tests with {food}
    > Nothing is needed but a stove, a thermometer and some curiosity.
    > Each step is shown twice, once at speed and once slowly.
    food: bread dough | caramel | an egg white | chocolate | yoghurt | pickles | butter \
    | a soufflé | mayonnaise | sourdough | onions | popcorn | ice cream | coffee
    behaves: rises | turns brown | splits | sets | smells so good | goes wrong on wet days \
    | needs rest
    factor: salt | acid | resting | cold water | sugar | a pinch of soda | altitude | stirring \
    | time
    """,
    "workshop": """
    Restringing {state} {instrument}
    How to look after {state} {instrument}
    {state} {instrument} comes back to life
    Tuning {state} {instrument} with a {tool}
    {instrument} from the attic: {few} careful hours
    Setting up {state} {instrument} with a {tool}
    > Go gently, and write down what you change.
    > You need one quiet hour, a soft cloth and good light.
    state: an old | a neglected | Grandad's | a second-hand | a cracked | the school's \
    | a flea-market
    instrument: guitar | upright piano | ukulele | violin | accordion | harmonium | mandolin \
    | drum kit | zither | barrel organ
    tool: tuning fork | small hammer | screwdriver | felt wedge | feather duster | borrowed ear
    """,
}

# How a title may be framed and a description closed: shouted, plain, calm.
FRAMES = (
    (
        "{} (you won't believe it)",
        "{}, WAIT for the end",
        "OMG: {}",
        "{} *emotional*",
        "{} and I am not OK",
        "{}... GONE WRONG",
        "NOT CLICKBAIT: {}",
        "{}!!",
    ),
    ("{}, take {few}", "{} (full version)", "{} | one take", "{}, finally", "Once more: {}"),
    (
        "{}, slowly",
        "{}: a short guide",
        "{}, from the beginning",
        "{} in one quiet sitting",
        "{}, drawn by hand",
        "{}, and why it matters",
    ),
)
CLOSINGS = (
    (
        "Smash the bell or miss the next one.",
        "Part two goes up when this reaches a million.",
        "Do NOT skip to the end.",
        "Comment before they delete it.",
    ),
    (
        "New one every Thursday.",
        "Thank you for watching to the end.",
        "Tell us which one we should try next.",
        "Filmed on a phone, edited on the bus.",
    ),
    (
        "Sources and notes are at the end.",
        "Pause where you like; it will wait for you.",
        "Questions are welcome, beginners' questions most of all.",
        "No rush, no tricks, all the steps.",
    ),
)

CREATORS = """
{first} and {first2}
{first} {does}
{first} from {place}
The {adjective} {noun}
{adjective} {noun} Club
{first} and the {adjective} {noun}
{noun} & {noun2}
Studio {noun2}
Aunt {first}'s {noun}
{noun2} with {first}
first: Amara | Bo | Chidi | Dilys | Elif | Farid | Greta | Hana | Idris | Juno | Kofi | Leila \
| Milo | Nadia | Oskar | Priya | Quill | Rosa | Sami | Tove | Umar | Vera | Wren | Ximena \
| Yusuf | Zofia
first2: Ada | Bert | Cleo | Dev | Esme | Finn | Gus | Hugo | Ines | Jay | Kit | Lou | Mina | Ned \
| Otto | Pia | Ravi | Sol | Tess | Uma
does: Wanders | Tries | Explains | Loses Sleep | Says Hello | Again | Out Loud | on Tape \
| at Night | Before Noon | Unplugged | and the Dog
place: Number Nine | the Corner | Upstairs | the Allotment | Platform Two | the North \
| the Back Row
adjective: Quiet | Crooked | Velvet | Paper | Tin | Midnight | Second | Salty | Wobbly | Honest \
| Small | Copper | Late | Curious | Sunday | Electric | Borrowed | Lucky | Gentle | Loud
noun: Kettle | Lantern | Otter | Attic | Compass | Biscuit | Magpie | Parlour | Rocket | Teacup \
| Badger | Ladder | Postcard | Marble | Trumpet | Turnip | Weathervane | Window | Notebook | Fox
noun2: Salt | Thunder | Honey | Chalk | Juniper | Static | Pebble | Echo | Ginger | Moss | Comet \
| Thistle | Maple | Indigo | Pepper | Cloud | Tide | Ember
"""
